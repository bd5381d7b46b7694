/* SPDX-License-Identifier: MIT */
#include "daemon/config_schema.h"

#include "proto/limits.h"

#define AT(field) offsetof(struct config, field), sizeof(((struct config *)NULL)->field)
#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

const struct config_key config_keys[] = {
	{ "", "store", CONFIG_PATH, AT(store), 0, 0, "",
	  { "数据目录；不存在时自动建立，只放数据。留空：系统状态目录下的 store",
	    "Folder of the store; made where absent, and nothing else in it. Empty: store in the "
	    "system's state folder" } },
	{ "", "catalogue", CONFIG_PATH, AT(catalogue), 0, 0, "",
	  { "目录文件（项目、指标、单位、计划）。留空：沿用数据目录中已有的目录",
	    "Catalogue file (items, measures, units, plans). Empty: the one in the store" } },
	{ "", "runtime", CONFIG_PATH, AT(runtime), 0, 0, "",
	  { "运行目录：ports.json 与控制套接字。留空：系统运行目录，没有则在数据目录旁",
	    "Folder of ports.json and the control socket. Empty: the system's runtime folder, or "
	    "beside the store" } },
	{ "", "key_file", CONFIG_PATH, AT(key_file), 0, 0, "",
	  { "服务端 CURVE 私钥，首次启动时生成，权限 0600。留空：数据目录旁的 server.key",
	    "The server's secret CURVE key, made at the first start, mode 0600. Empty: server.key "
	    "beside the store" } },
	{ "", "users_file", CONFIG_PATH, AT(users_file), 0, 0, "",
	  { "可登录用户的文件（minshengctl user 维护），权限 0600。留空：数据目录旁的 users.json",
	    "Who may sign in (minshengctl user keeps it), mode 0600. Empty: users.json beside the "
	    "store" } },
	{ "", "public_url", CONFIG_WORD, AT(public_url), 0, 0, "",
	  { "网页的对外地址，例如 https://minsheng.example.gov.cn；用于通知里的链接。留空：不带链接",
	    "Where people reach the pages, such as https://minsheng.example.gov.cn, for links in "
	    "messages. Empty: no links" } },
	{ "listen", "ingest", CONFIG_ENDPOINT, AT(ingest), 0, 0, "tcp://127.0.0.1:7801",
	  { "上报。对外时改为 tcp://0.0.0.0:7801；端口 0：由系统选择，实际值写入 ports.json",
	    "Reports. tcp://0.0.0.0:7801 to be reached from outside; port 0: chosen by the "
	    "system, told in ports.json" } },
	{ "listen", "enrol", CONFIG_ENDPOINT, AT(enrol), 0, 0, "tcp://127.0.0.1:7802",
	  { "接入（邀请码）", "Enrolment (invitations)" } },
	{ "listen", "query", CONFIG_ENDPOINT, AT(query), 0, 0, "tcp://127.0.0.1:7803",
	  { "快照与重放", "Snapshots and replays" } },
	{ "listen", "feed", CONFIG_ENDPOINT, AT(feed), 0, 0, "tcp://127.0.0.1:7804",
	  { "推送", "The feed" } },
	{ "listen", "http", CONFIG_HTTP, AT(http), 0, 0, "127.0.0.1:8080",
	  { "HTTP 接口；off 表示不开。对外请经反向代理提供 TLS",
	    "HTTP; off for none. Put a reverse proxy with TLS before it to be reached" } },
	{ "web", "root", CONFIG_PATH, AT(web_root), 0, 0, "",
	  { "看板文件目录，替代内置的看板（开发用）。留空：内置",
	    "Folder of the page's files in place of the built-in ones, for work on them. Empty: "
	    "built in" } },
	{ "web", "hosts", CONFIG_HOSTS, AT(web_hosts), 0, 0, "",
	  { "浏览器可用的域名或地址（不带端口），多个以空格分隔；本机名称总是可用",
	    "Names or addresses by which browsers reach the page, without a port, with spaces "
	    "between; those of this machine always work" } },
	{ "web", "reading", CONFIG_READING, AT(web_signed_in), 0, 0, "open",
	  { "open：本机浏览无须登录；signed_in：本机浏览也须登录。经代理或从别处来的总须登录",
	    "open: who browses on this machine need not sign in; signed_in: they too. Whoever "
	    "comes through a proxy or from elsewhere always has to" } },
	{ "web", "trusted_proxies", CONFIG_NETWORKS, AT(web_proxies), 0, 0, "",
	  { "反向代理的地址或网段，多个以空格分隔；只相信它们的 X-Forwarded-For、X-Forwarded-Proto",
	    "Addresses or networks of reverse proxies, with spaces between; X-Forwarded-For and "
	    "X-Forwarded-Proto are believed from these alone" } },
	{ "web", "session_idle", CONFIG_COUNT, AT(session_idle_s), 1, 604800, "3600",
	  { "登录后多少秒无操作即失效", "Seconds without a request after which a session ends" } },
	{ "web", "session_life", CONFIG_COUNT, AT(session_life_s), 1, 2592000, "43200",
	  { "登录后最长多少秒有效", "Seconds after which a session ends in any case" } },
	{ "web", "frame_ancestors", CONFIG_ORIGINS, AT(web_frames), 0, 0, "",
	  { "可用 iframe 嵌入本看板的网站，例如 https://portal.example.gov.cn，多个以空格分隔",
	    "Sites that may show the page in a frame, such as https://portal.example.gov.cn, with "
	    "spaces between" } },
	{ "control", "path", CONFIG_PATH, AT(control), 0, 0, "",
	  { "minshengctl 使用的套接字。留空：运行目录中的 ctl.sock",
	    "Socket of minshengctl. Empty: ctl.sock in the runtime folder" } },
	{ "control", "group", CONFIG_WORD, AT(control_group), 0, 0, "",
	  { "除属主外可使用控制套接字的用户组。留空：无",
	    "Group that may use the control socket beside its owner. Empty: nobody" } },
	{ "clock", "mode", CONFIG_CLOCK, AT(clock_manual), 0, 0, "system",
	  { "system 跟随系统时间；manual 静止，由 minshengctl 拨动（演练用）",
	    "system follows the system's time; manual stands still until minshengctl sets it "
	    "(rehearsals)" } },
	{ "clock", "start", CONFIG_TIME, AT(clock_start_ms), 0, 0, "2022-01-01T00:00:00+08:00",
	  { "manual 时钟的起点", "Where a manual clock starts" } },
	{ "limits", "peers", CONFIG_COUNT, AT(peers), 1, 100000, "1024",
	  { "同时在线的上报会话数", "Sessions of reporters at a time" } },
	{ "limits", "credit", CONFIG_SIZE, AT(credit_bytes), LIMITS_BATCH_BYTES, LIMITS_CREDIT,
	  "4 MiB",
	  { "每个会话未回执数据的上限", "Bytes in flight a session, at most" } },
	{ "limits", "group", CONFIG_SIZE, AT(group_bytes), LIMITS_BATCH_BYTES, 256 * MIB, "4 MiB",
	  { "一次提交处理的数据量", "Bytes that one commit takes" } },
	{ "limits", "queue", CONFIG_SIZE, AT(queue_bytes), LIMITS_BATCH_BYTES, 2 * GIB, "16 MiB",
	  { "全部会话未回执数据之和，按会话平均分配",
	    "Bytes in flight of all sessions, shared out evenly among them" } },
	{ "limits", "map", CONFIG_SIZE, AT(map_bytes), 16 * MIB, 16384 * GIB, "64 GiB",
	  { "数据文件的地址空间上限（不是磁盘占用）",
	    "Address space of the store, its largest size (not disk that is taken)" } },
	{ "limits", "http_clients", CONFIG_COUNT, AT(http_clients), 1, 10000, "1024",
	  { "HTTP 连接数", "HTTP connections at a time" } },
	{ "limits", "stream_clients", CONFIG_COUNT, AT(stream_clients), 0, 10000, "512",
	  { "其中实时流的连接数", "Event streams among them" } },
	{ "log", "level", CONFIG_LEVEL, AT(log_level), 0, 0, "info",
	  { "error、warn、info 或 debug；SIGHUP 后生效", 
	    "error, warn, info or debug; SIGHUP applies it" } },
};
const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);
