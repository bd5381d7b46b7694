/* SPDX-License-Identifier: MIT */
/* Every counter, gauge and histogram of the daemon: one table with name, labels and help. Any
 * thread may change and read them. Nothing is lost without one of these names. */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include "base/buf.h"
#include "base/counter.h"

/* X(id, kind, name, labels, help): rows of one name stand together; the first one's help counts. */
#define METRICS_TABLE(X) \
	/* intake */ \
	X(INGEST_BATCHES, COUNTER, "minsheng_ingest_batches_total", "", "Batches received") \
	X(INGEST_BYTES, COUNTER, "minsheng_ingest_bytes_total", "", "Bytes of batches received") \
	X(ROWS_ADMITTED, COUNTER, "minsheng_rows_total", "verdict=\"admitted\"", \
	  "Rows stored, by verdict") \
	X(ROWS_HOLD, COUNTER, "minsheng_rows_total", "verdict=\"hold\"", "") \
	X(ROWS_REJECT, COUNTER, "minsheng_rows_total", "verdict=\"reject\"", "") \
	X(ROWS_DUPLICATE, COUNTER, "minsheng_rows_total", "verdict=\"duplicate\"", "") \
	X(ROWS_CONFLICT, COUNTER, "minsheng_rows_total", "verdict=\"conflict\"", "") \
	X(BATCHES_REPEATED, COUNTER, "minsheng_ingest_repeated_batches_total", "", \
	  "Batches that were stored before and got their receipt again") \
	X(CONFLICTS, COUNTER, "minsheng_ingest_conflicts_total", "", \
	  "Batches that contradict what was said under the same sequences") \
	X(CONFLICTS_DROPPED, COUNTER, "minsheng_ingest_conflicts_dropped_total", "", \
	  "Of these, over the day's bound: bytes not kept") \
	X(UNDECODABLE, COUNTER, "minsheng_ingest_undecodable_total", "", \
	  "Batches whose body does not decode; kept, all rows rejected") \
	X(LINKS_COALESCED, COUNTER, "minsheng_links_coalesced_total", "", \
	  "Link changes that left no entry of their own") \
	X(GROUPS, COUNTER, "minsheng_commits_total", "", "Group commits") \
	X(GROUPS_REDONE, COUNTER, "minsheng_groups_redone_total", "", \
	  "Groups applied again one by one after an error") \
	X(GROUPS_FULL, COUNTER, "minsheng_groups_full_total", "", \
	  "Groups given up because the store was full") \
	X(ENTRIES_POISON, COUNTER, "minsheng_ingest_poison_total", "", \
	  "Messages refused because applying them failed") \
	/* refusals */ \
	X(REFUSED_VERSION, COUNTER, "minsheng_refused_total", "code=\"version\"", \
	  "Messages refused, by code") \
	X(REFUSED_TYPE, COUNTER, "minsheng_refused_total", "code=\"type\"", "") \
	X(REFUSED_SIZE, COUNTER, "minsheng_refused_total", "code=\"size\"", "") \
	X(REFUSED_GAP, COUNTER, "minsheng_refused_total", "code=\"gap\"", "") \
	X(REFUSED_CONFLICT, COUNTER, "minsheng_refused_total", "code=\"conflict\"", "") \
	X(REFUSED_FENCED, COUNTER, "minsheng_refused_total", "code=\"fenced\"", "") \
	X(REFUSED_REVOKED, COUNTER, "minsheng_refused_total", "code=\"revoked\"", "") \
	X(REFUSED_ROLE, COUNTER, "minsheng_refused_total", "code=\"role\"", "") \
	X(REFUSED_PROGRAMME, COUNTER, "minsheng_refused_total", "code=\"programme\"", "") \
	X(REFUSED_EPOCHS, COUNTER, "minsheng_refused_total", "code=\"epochs\"", "") \
	X(REFUSED_BUSY, COUNTER, "minsheng_refused_total", "code=\"busy\"", "") \
	X(REFUSED_NO_HELLO, COUNTER, "minsheng_refused_total", "code=\"no-hello\"", "") \
	X(REFUSED_TOKEN, COUNTER, "minsheng_refused_total", "code=\"token\"", "") \
	X(REFUSED_BODY, COUNTER, "minsheng_refused_total", "code=\"body\"", "") \
	X(REFUSED_CREDIT, COUNTER, "minsheng_refused_total", "code=\"credit\"", "") \
	X(REFUSED_OTHER, COUNTER, "minsheng_refused_total", "code=\"other\"", "") \
	/* keys and links */ \
	X(ZAP_ACCEPTED, COUNTER, "minsheng_handshakes_total", "result=\"accepted\"", \
	  "CURVE handshakes judged, by result") \
	X(ZAP_UNKNOWN_KEY, COUNTER, "minsheng_handshakes_total", "result=\"unknown-key\"", "") \
	X(ZAP_REVOKED_KEY, COUNTER, "minsheng_handshakes_total", "result=\"revoked-key\"", "") \
	X(ZAP_LATER, COUNTER, "minsheng_handshakes_total", "result=\"later\"", "") \
	X(ZAP_BAD_REQUEST, COUNTER, "minsheng_handshakes_total", "result=\"bad-request\"", "") \
	X(HANDSHAKE_BROKEN, COUNTER, "minsheng_handshakes_total", "result=\"broken-off\"", "") \
	X(CONNECTIONS_OPENED, COUNTER, "minsheng_connections_total", "event=\"opened\"", \
	  "Connections of the ZeroMQ sockets, by event") \
	X(CONNECTIONS_CLOSED, COUNTER, "minsheng_connections_total", "event=\"closed\"", "") \
	X(ACCEPT_FAILED, COUNTER, "minsheng_connections_total", "event=\"accept-failed\"", "") \
	X(BUS_NO_USER, COUNTER, "minsheng_bus_dropped_total", "why=\"no-user-id\"", \
	  "Messages dropped by the sockets, by reason") \
	X(BUS_BAD_FRAMES, COUNTER, "minsheng_bus_dropped_total", "why=\"bad-frames\"", "") \
	X(BUS_PEER_FULL, COUNTER, "minsheng_bus_dropped_total", "why=\"peer-full\"", "") \
	X(BUS_PEER_GONE, COUNTER, "minsheng_bus_dropped_total", "why=\"peer-gone\"", "") \
	X(BUS_SEND_FAILED, COUNTER, "minsheng_bus_dropped_total", "why=\"send-failed\"", "") \
	X(SESSIONS, GAUGE, "minsheng_sessions", "", "Sessions of reporters") \
	X(SESSIONS_FENCED, COUNTER, "minsheng_sessions_fenced_total", "", \
	  "Sessions ended by a newer one of the same outbox") \
	X(LINK_CHANGES, COUNTER, "minsheng_link_changes_total", "", "Links that went up or down") \
	X(KEYS_VALID, GAUGE, "minsheng_keys", "", "Keys that may connect") \
	X(ENROL_ADMITTED, COUNTER, "minsheng_enrolments_total", "result=\"admitted\"", \
	  "Enrolments, by result") \
	X(ENROL_WAITING, COUNTER, "minsheng_enrolments_total", "result=\"waiting\"", "") \
	X(ENROL_REFUSED, COUNTER, "minsheng_enrolments_total", "result=\"refused\"", "") \
	/* ledger */ \
	X(POSITION, GAUGE, "minsheng_ledger_position", "", "Position of the newest entry") \
	X(ALERT_NUMBER, GAUGE, "minsheng_alert_number", "", "Newest alert transition") \
	X(LEDGER_ROWS, GAUGE, "minsheng_ledger_rows", "", "Rows of all batches in the ledger") \
	X(STORE_BYTES, GAUGE, "minsheng_store_size_bytes", "", "Size of the store's file") \
	X(STORE_USED_PAGES, GAUGE, "minsheng_store_used_pages", "", "Pages of the store in use") \
	X(STORE_MAP_PAGES, GAUGE, "minsheng_store_map_pages", "", "Pages that the store may use") \
	X(STORE_READERS, GAUGE, "minsheng_store_readers", "", "Open read transactions") \
	X(STORE_READER_LAG, GAUGE, "minsheng_store_reader_lag", "", \
	  "Transactions that the oldest reader is behind") \
	X(STORE_FULL, GAUGE, "minsheng_store_full", "", \
	  "1 while intake stands because the store is full") \
	/* outward */ \
	X(FEED_MESSAGES, COUNTER, "minsheng_feed_messages_total", "", \
	  "Messages published on the feed") \
	X(FEED_TOPICS, GAUGE, "minsheng_feed_topics", "", "Topics of the feed") \
	X(ALERTS_PUBLISHED, COUNTER, "minsheng_alerts_published_total", "", \
	  "Alert transitions published") \
	X(NOTICES_DROPPED, COUNTER, "minsheng_notices_dropped_total", "", \
	  "Commits told to live clients as one reset because they lagged") \
	X(COMMANDS, COUNTER, "minsheng_commands_total", "", "Commands taken by the pipeline") \
	X(COMMANDS_REFUSED, COUNTER, "minsheng_commands_refused_total", "", \
	  "Commands refused because too many waited") \
	X(QUERIES_SNAPSHOT, COUNTER, "minsheng_queries_total", "kind=\"snapshot\"", \
	  "Requests on the query socket, by kind") \
	X(QUERIES_REPLAY, COUNTER, "minsheng_queries_total", "kind=\"replay\"", "") \
	X(QUERIES_MINE, COUNTER, "minsheng_queries_total", "kind=\"mine\"", "") \
	X(QUERIES_REFUSED, COUNTER, "minsheng_queries_total", "kind=\"refused\"", "") \
	X(QUERIES_FAILED, COUNTER, "minsheng_queries_total", "kind=\"failed\"", "") \
	/* HTTP */ \
	X(HTTP_OK, COUNTER, "minsheng_http_requests_total", "class=\"2xx\"", \
	  "HTTP requests answered, by class") \
	X(HTTP_NOT_MODIFIED, COUNTER, "minsheng_http_requests_total", "class=\"3xx\"", "") \
	X(HTTP_CLIENT_ERROR, COUNTER, "minsheng_http_requests_total", "class=\"4xx\"", "") \
	X(HTTP_SERVER_ERROR, COUNTER, "minsheng_http_requests_total", "class=\"5xx\"", "") \
	X(HTTP_REFUSED, COUNTER, "minsheng_http_connections_refused_total", "", \
	  "Times that accepting HTTP connections paused at the bound") \
	X(HTTP_OVERDUE, COUNTER, "minsheng_http_connections_overdue_total", "", \
	  "HTTP connections cut off because no whole request came in time") \
	X(HTTP_CONNECTIONS, GAUGE, "minsheng_http_connections", "", "Open HTTP connections") \
	X(STREAM_CLIENTS, GAUGE, "minsheng_sse_clients", "", "Open event streams") \
	X(STREAM_EVENTS, COUNTER, "minsheng_sse_events_total", "", "Events sent to event streams") \
	X(STREAM_RESETS, COUNTER, "minsheng_sse_resets_total", "", \
	  "Event streams told to take a snapshot again") \
	X(STREAM_KICKED, COUNTER, "minsheng_sse_kicked_total", "", \
	  "Event streams ended because the client did not read") \
	X(ANSWERS_KEPT, COUNTER, "minsheng_http_answers_total", "from=\"kept\"", \
	  "Answers that may be kept, by where they came from") \
	X(ANSWERS_COMPUTED, COUNTER, "minsheng_http_answers_total", "from=\"computed\"", "") \
	X(ANSWERS_BYTES, GAUGE, "minsheng_http_answers_kept_bytes", "", "Size of the answers kept") \
	X(STREAM_MERGED, COUNTER, "minsheng_sse_commits_merged_total", "", \
	  "Commits told to event streams together with a later one") \
	X(PAPERS, COUNTER, "minsheng_papers_total", "result=\"asked\"", \
	  "Papers asked for, by result") \
	X(PAPERS_REFUSED, COUNTER, "minsheng_papers_total", "result=\"refused\"", "") \
	X(IMPORTS_TRIED, COUNTER, "minsheng_imports_total", "result=\"tried\"", \
	  "Sheets handed in, by result") \
	X(IMPORTS_STORED, COUNTER, "minsheng_imports_total", "result=\"stored\"", "") \
	X(IMPORTS_REPEATED, COUNTER, "minsheng_imports_total", "result=\"repeated\"", "") \
	X(IMPORTS_FAULTY, COUNTER, "minsheng_imports_total", "result=\"faulty\"", "") \
	X(IMPORTS_REFUSED, COUNTER, "minsheng_imports_total", "result=\"refused\"", "") \
	X(IMPORTS_FAILED, COUNTER, "minsheng_imports_total", "result=\"failed\"", "") \
	X(IMPORTS_KEPT, GAUGE, "minsheng_imports_kept", "", "Tables of rows kept in memory") \
	X(IMPORTS_BYTES, GAUGE, "minsheng_imports_kept_bytes", "", "Their size") \
	X(IMPORTS_DROPPED, COUNTER, "minsheng_imports_dropped_total", "", \
	  "Of these, thrown away for want of room or because of their age") \
	/* signing in */ \
	X(SIGNIN_OK, COUNTER, "minsheng_sign_ins_total", "result=\"ok\"", \
	  "Tries to sign in, by result") \
	X(SIGNIN_WRONG, COUNTER, "minsheng_sign_ins_total", "result=\"wrong\"", "") \
	X(SIGNIN_LIMITED, COUNTER, "minsheng_sign_ins_total", "result=\"has-to-wait\"", "") \
	X(SIGNIN_FOREIGN, COUNTER, "minsheng_posts_refused_total", "why=\"foreign-origin\"", \
	  "Posts of browsers that were refused, by reason") \
	X(SIGNIN_CSRF, COUNTER, "minsheng_posts_refused_total", "why=\"csrf\"", "") \
	X(USER_SESSIONS, GAUGE, "minsheng_user_sessions", "", "Sessions of users of the page") \
	/* process */ \
	X(RELOADS, COUNTER, "minsheng_config_reloads_total", "result=\"ok\"", \
	  "Reloads of the configuration, by result") \
	X(RELOADS_FAILED, COUNTER, "minsheng_config_reloads_total", "result=\"failed\"", "") \
	X(START_SECONDS, GAUGE, "minsheng_start_timestamp_seconds", "", \
	  "When the daemon started, seconds since 1970 by its own clock")

enum metric {
#define METRICS_ID(id, kind, name, labels, help) METRIC_##id,
	METRICS_TABLE(METRICS_ID)
#undef METRICS_ID
	METRIC_COUNT
};

/* X(id, name, help): histograms, observed in microseconds, shown in seconds. */
#define METRICS_HISTOGRAMS(X) \
	X(RECEIPT, "minsheng_receipt_latency_seconds", \
	  "From taking a batch off the socket to its receipt") \
	X(COMMIT, "minsheng_commit_seconds", "Duration of a group commit with its fsync") \
	X(APPLY, "minsheng_apply_seconds", "Duration of applying a group before its commit") \
	X(HTTP, "minsheng_http_request_seconds", "Duration of answering an HTTP request") \
	X(QUERY, "minsheng_query_seconds", "Duration of answering on the query socket")

enum metric_histogram {
#define METRICS_ID(id, name, help) METRIC_HISTOGRAM_##id,
	METRICS_HISTOGRAMS(METRICS_ID)
#undef METRICS_ID
	METRIC_HISTOGRAM_COUNT
};

/* Zero-initialised is valid. */
struct metrics {
	struct counter value[METRIC_COUNT];
	struct counter_histogram histogram[METRIC_HISTOGRAM_COUNT];
};

static inline void metrics_add(struct metrics *m, enum metric id, uint64_t n)
{
	counter_add(&m->value[id], n);
}
static inline void metrics_set(struct metrics *m, enum metric id, uint64_t n)
{
	counter_set(&m->value[id], n);
}
static inline uint64_t metrics_read(const struct metrics *m, enum metric id)
{
	return counter_read(&m->value[id]);
}
static inline void metrics_observe(struct metrics *m, enum metric_histogram id, uint64_t us)
{
	counter_observe(&m->histogram[id], us);
}
/* The counter of a refusal code (enum message_refusal). */
enum metric metrics_refusal(uint32_t code);

/* Appends all of them as Prometheus text 0.0.4, and minsheng_build_info. Any thread. */
void metrics_write(const struct metrics *m, struct buf *out);

#endif
