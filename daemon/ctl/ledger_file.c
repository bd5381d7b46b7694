/* SPDX-License-Identifier: MIT */
/* The ledger as a file, from a daemon or from a store that no daemon holds; and a store made of such
 * a file, anywhere: it has to come out the same, byte for byte. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/aggregator.h"
#include "aggregator/ledger/archive.h"
#include "aggregator/ledger/ledger.h"
#include "base/reader.h"
#include "daemon/ctl/ctl.h"

#define PAGE_MS 60000

static int failed(const struct ctl *c, enum err e, const char *what)
{
	static const struct {
		enum err err;
		struct lang_text text;
	} reasons[] = {
		{ ERR_EXISTS, { "已存在，不覆盖：", "it is there already, and is not overwritten: " } },
		{ ERR_NOTFOUND, { "没有这个文件或目录：", "no such file or folder: " } },
		{ ERR_BUSY, { "服务正在使用这个目录，去掉 --store：",
			      "a daemon holds this store, leave out --store: " } },
		{ ERR_CORRUPT, { "不是完整的台账文件：", "not a whole ledger file: " } },
		{ ERR_VERSION, { "由更新的版本写下，请先升级本程序：",
				 "written by a newer version, update this program: " } },
		{ ERR_DENIED, { "无权读写：", "no right to read or write: " } },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].err == e)
			return ctl_complain(c, CTL_FAILED, reasons[i].text, what);
	ctl_complain(c, CTL_FAILED, (struct lang_text){ "未能完成：", "it failed: " }, what);
	return ctl_complain(c, CTL_FAILED, (struct lang_text){ "原因：", "because of: " },
			    err_name(e));
}

/* --- out -------------------------------------------------------------------------------------- */

static enum err copy_entries(struct store_txn *t, struct archive *to)
{
	struct ledger_head head;
	struct buf form = { 0 };
	struct entry entry;
	enum err e = ledger_head_read(t, &head);

	for (uint64_t at = 1; e == ERR_OK && at <= head.position; at++)
		if ((e = ledger_read(t, at, &form, &entry, NULL)) == ERR_OK)
			e = archive_put(to, buf_bytes(&form));
	buf_free(&form);
	return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
}

static int copy_store(const struct ctl *c, const char *folder, struct archive *to)
{
	const struct store_options options = { .read_only = true };
	struct store *store = NULL;
	struct store_txn *t = NULL;
	enum err e = store_open(folder, &options, &store);

	if (e == ERR_OK)
		e = store_begin_read(store, &t);
	if (e == ERR_OK)
		e = copy_entries(t, to);
	store_abort(&t);
	store_close(store);
	return e == ERR_OK ? CTL_OK : failed(c, e, folder);
}

/* What one answer of the daemon holds. */
static enum err take_page(struct archive *to, struct bytes page)
{
	struct reader r = reader_of(page);
	enum err e = ERR_OK;

	while (e == ERR_OK && reader_left(&r) > 0) {
		struct bytes form = reader_take(&r, reader_u32(&r));

		e = r.failed ? ERR_CORRUPT : archive_put(to, form);
	}
	return e;
}

/* Goes on until an answer is empty: what was appended meanwhile comes along. */
static int copy_daemon(struct ctl *c, struct archive *to)
{
	struct buf page = { 0 };
	int status = 200;
	enum err e = c->control ? ERR_OK : control_open(c->socket, &c->control);

	do {
		char path[64];

		buf_clear(&page);
		snprintf(path, sizeof(path), "/api/v1/ledger?from=%" PRIu64, archive_count(to) + 1);
		if (e == ERR_OK)
			e = control_get(c->control, path, PAGE_MS, &status, &page);
		if (e == ERR_OK && status == 200)
			e = take_page(to, buf_bytes(&page));
	} while (e == ERR_OK && status == 200 && page.len > 0);
	buf_free(&page);
	if (e == ERR_OK && status == 403)
		e = ERR_DENIED;
	else if (e == ERR_OK && status != 200)
		e = ERR_IO;
	return e == ERR_OK ? CTL_OK : failed(c, e, c->socket);
}

static int print_exported(const struct ctl *c, const char *path, uint64_t count, const char *chain)
{
	json_t *answer = json_pack("{s:s, s:I, s:s}", "file", path, "entries", (json_int_t)count,
				   "chain", chain);

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		ctl_say(c, stdout, "%s：条目 %lld，链 %s\n", "%s: %lld entries, chain %s\n", path,
			(long long)count, chain);
	json_decref(answer);
	return CTL_OK;
}

int ctl_ledger_export(struct ctl *c)
{
	const char *folder = ctl_option(c, "store"), *path = c->arguments[0];
	char chain[2 * CRYPTO_HASH_LEN + 1];
	struct archive *to;
	uint64_t count;
	enum err e = archive_create(path, &to);
	int status;

	if (e != ERR_OK)
		return failed(c, e, path);
	status = folder ? copy_store(c, folder, to) : copy_daemon(c, to);
	if (status != CTL_OK) {
		archive_close(to);
		return status;
	}
	count = archive_count(to);
	bytes_to_hex(bytes_of(archive_chain(to), CRYPTO_HASH_LEN), chain);
	e = archive_finish(&to);
	return e == ERR_OK ? print_exported(c, path, count, chain) : failed(c, e, path);
}

/* --- in --------------------------------------------------------------------------------------- */

static bool read_group(const struct ctl *c, uint64_t *out)
{
	size_t group;

	if (!ctl_count(c, "group", 1000, 1000000, &group))
		return false;
	*out = group;
	return true;
}

int ctl_ledger_replay(struct ctl *c)
{
	const char *path = c->arguments[0], *folder = ctl_option(c, "store");
	struct aggregator_proof proof;
	uint64_t group;
	json_t *answer;
	enum err e;

	if (!read_group(c, &group))
		return CTL_USAGE;
	if ((e = crypto_init()) == ERR_OK)
		e = aggregator_rebuild(path, folder, group, NULL, NULL, &proof);
	if (e == ERR_EXISTS)
		return failed(c, e, folder);
	if (e != ERR_OK && (e != ERR_CORRUPT || proof.what == NULL))
		return failed(c, e, path);
	answer = ctl_proof(e, &proof);
	if (answer != NULL && !ctl_printed(c, answer))
		ctl_print_proof(c, answer);
	json_decref(answer);
	return e == ERR_OK && answer ? CTL_OK : CTL_FAILED;
}
