/* SPDX-License-Identifier: MIT */
#include "daemon/metrics.h"

#include <string.h>

#include "daemon/daemon.h"
#include "proto/message.h"

enum kind { COUNTER, GAUGE };

static const struct {
	enum kind kind;
	const char *name, *labels, *help;
} rows[METRIC_COUNT] = {
#define METRICS_ROW(id, kind, name, labels, help) [METRIC_##id] = { kind, name, labels, help },
	METRICS_TABLE(METRICS_ROW)
#undef METRICS_ROW
};

static const struct {
	const char *name, *help;
} histograms[METRIC_HISTOGRAM_COUNT] = {
#define METRICS_ROW(id, name, help) [METRIC_HISTOGRAM_##id] = { name, help },
	METRICS_HISTOGRAMS(METRICS_ROW)
#undef METRICS_ROW
};

static const enum metric refusals[] = {
	[MESSAGE_REFUSED_VERSION] = METRIC_REFUSED_VERSION,
	[MESSAGE_REFUSED_TYPE] = METRIC_REFUSED_TYPE,
	[MESSAGE_REFUSED_SIZE] = METRIC_REFUSED_SIZE,
	[MESSAGE_REFUSED_GAP] = METRIC_REFUSED_GAP,
	[MESSAGE_REFUSED_CONFLICT] = METRIC_REFUSED_CONFLICT,
	[MESSAGE_REFUSED_FENCED] = METRIC_REFUSED_FENCED,
	[MESSAGE_REFUSED_REVOKED] = METRIC_REFUSED_REVOKED,
	[MESSAGE_REFUSED_ROLE] = METRIC_REFUSED_ROLE,
	[MESSAGE_REFUSED_PROGRAMME] = METRIC_REFUSED_PROGRAMME,
	[MESSAGE_REFUSED_EPOCHS] = METRIC_REFUSED_EPOCHS,
	[MESSAGE_REFUSED_BUSY] = METRIC_REFUSED_BUSY,
	[MESSAGE_REFUSED_NO_HELLO] = METRIC_REFUSED_NO_HELLO,
	[MESSAGE_REFUSED_TOKEN] = METRIC_REFUSED_TOKEN,
	[MESSAGE_REFUSED_BODY] = METRIC_REFUSED_BODY,
	[MESSAGE_REFUSED_CREDIT] = METRIC_REFUSED_CREDIT,
};

enum metric metrics_refusal(uint32_t code)
{
	if (code == 0 || code >= sizeof(refusals) / sizeof(refusals[0]))
		return METRIC_REFUSED_OTHER;
	return refusals[code];
}

static void write_head(struct buf *out, const char *name, const char *help, const char *type)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_row(const struct metrics *m, size_t i, struct buf *out)
{
	const char *labels = rows[i].labels;

	if (i == 0 || strcmp(rows[i].name, rows[i - 1].name) != 0)
		write_head(out, rows[i].name, rows[i].help,
			   rows[i].kind == COUNTER ? "counter" : "gauge");
	buf_printf(out, "%s%s%s%s %llu\n", rows[i].name, labels[0] ? "{" : "", labels,
		   labels[0] ? "}" : "", (unsigned long long)counter_read(&m->value[i]));
}

/* Microseconds as seconds, exactly. */
static void write_seconds(struct buf *out, uint64_t us)
{
	buf_printf(out, "%llu.%06llu", (unsigned long long)(us / 1000000),
		   (unsigned long long)(us % 1000000));
}

static void write_histogram(const struct metrics *m, size_t i, struct buf *out)
{
	const struct counter_histogram *h = &m->histogram[i];
	const char *name = histograms[i].name;
	uint64_t sum = 0;

	write_head(out, name, histograms[i].help, "histogram");
	for (size_t b = 0; b < COUNTER_BUCKETS; b++) {
		sum += counter_read(&h->bucket[b]);
		buf_printf(out, "%s_bucket{le=\"", name);
		write_seconds(out, counter_bounds_us[b]);
		buf_printf(out, "\"} %llu\n", (unsigned long long)sum);
	}
	sum += counter_read(&h->bucket[COUNTER_BUCKETS]);
	buf_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum ", name, (unsigned long long)sum,
		   name);
	write_seconds(out, counter_read(&h->sum_us));
	buf_printf(out, "\n%s_count %llu\n", name, (unsigned long long)sum);
}

void metrics_write(const struct metrics *m, struct buf *out)
{
	write_head(out, "minsheng_build_info", "Version of the daemon", "gauge");
	buf_put_string(out, "minsheng_build_info{version=\"" DAEMON_VERSION "\"} 1\n");
	for (size_t i = 0; i < METRIC_COUNT; i++)
		write_row(m, i, out);
	for (size_t i = 0; i < METRIC_HISTOGRAM_COUNT; i++)
		write_histogram(m, i, out);
}
