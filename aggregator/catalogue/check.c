/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/check.h"

#include <sysexits.h>

#include "aggregator/catalogue/catalogue.h"

static const struct lang_text GOOD = {
	"%s：%zu 个项目，%zu 个事项，%zu 个指标，%zu 个单位：正常，%zu 条警告\n",
	"%s: %zu projects, %zu items, %zu measures, %zu units: OK, warnings: %zu\n"
};
static const struct lang_text BAD = { "%s：%zu 个错误，%zu 条警告\n",
				      "%s: errors: %zu, warnings: %zu\n" };
static const struct lang_text FAILED = { "%s：内存不足，未能检查\n",
					 "%s: out of memory, not checked\n" };

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void summarise(const char *path, const struct catalogue *c, const struct diag_list *diags,
		      enum lang lang, FILE *out)
{
	size_t warnings = diags->count > diags->errors ? diags->count - diags->errors : 0;

	if (c)
		fprintf(out, lang_pick(GOOD, lang), path, c->project_count, c->item_count,
			c->measure_count, c->unit_count, warnings);
	else if (diags->errors)
		fprintf(out, lang_pick(BAD, lang), path, diags->errors, warnings);
	else
		fprintf(out, lang_pick(FAILED, lang), path);
}
#pragma GCC diagnostic pop

int catalogue_check_main(const char *path, enum lang lang, bool quiet, FILE *out)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	enum err e = catalogue_load(path, &diags, &c);

	if (e || !quiet) {
		diag_print(&diags, lang, out);
		summarise(path, c, &diags, lang, out);
	}
	diag_free(&diags);
	catalogue_free(c);
	return !e ? EX_OK : e == ERR_INVALID ? EX_CONFIG : EX_OSERR;
}
