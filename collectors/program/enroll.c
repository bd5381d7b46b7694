/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "collectors/enrol.h"
#include "collectors/program/program.h"

#define DEFAULT_WAIT_MS 60000

static int read_token(const struct program *p, struct token *out)
{
	const char *path = p->options[OPTION_TOKEN_FILE];
	struct buf text = { 0 };
	const char *why = "";
	enum err e;

	path = path ? path : "-";
	e = strcmp(path, "-") == 0 ? fs_read_fd(STDIN_FILENO, TOKEN_TEXT_MAX, &text) :
				     fs_read(path, TOKEN_TEXT_MAX, &text);
	if (e) {
		PROGRAM_SAY(p, p->err, TEXT_CANNOT_READ, path, program_error(e, p->lang));
		buf_free(&text);
		return PROGRAM_FAILED;
	}
	e = token_parse(buf_bytes(&text), out, &why);
	if (text.len)
		crypto_wipe(text.data, text.len);
	buf_free(&text);
	if (!e)
		return PROGRAM_DONE;
	if (e == ERR_VERSION)
		PROGRAM_SAY(p, p->err, TEXT_TOKEN_VERSION);
	else
		PROGRAM_SAY(p, p->err, TEXT_TOKEN_BAD, why ? why : "");
	return PROGRAM_FAILED;
}

static int check_folder(const struct program *p)
{
	struct identity old;
	enum err e = identity_load(p->folder, &old);
	bool enrolled = !e;

	if (enrolled)
		PROGRAM_SAY(p, p->err, TEXT_ALREADY_ENROLLED, old.reporter);
	identity_wipe(&old);
	if (enrolled)
		return PROGRAM_FAILED;
	if ((e = fs_make_dirs(p->folder, 0700)))
		return program_cannot_open(p, e);
	return PROGRAM_DONE;
}

static void on_waiting(void *ctx, const struct enrol_result *r)
{
	const struct program *p = ctx;

	(void)r;
	if (!p->quiet)
		PROGRAM_SAY(p, p->err, TEXT_APPROVAL);
}

static int keep(const struct program *p, const struct token *token, const struct curve_pair *pair,
		const struct enrol_result *result)
{
	struct identity id = { .pair = *pair, .server_count = 1 };
	enum err e;

	memcpy(id.reporter, result->reporter, sizeof(id.reporter));
	memcpy(id.name, token->unit_name, sizeof(id.name));
	memcpy(id.server_key, token->server_key, sizeof(id.server_key));
	memcpy(id.servers[0], token->ingest, sizeof(id.servers[0]));
	e = identity_save(p->folder, &id);
	if (e)
		PROGRAM_SAY(p, p->err, TEXT_CANNOT_STORE, program_error(e, p->lang));
	else
		PROGRAM_SAY(p, p->out, TEXT_ENROLLED, id.reporter, id.name);
	identity_wipe(&id);
	return e ? PROGRAM_FAILED : PROGRAM_DONE;
}

static int conclude(const struct program *p, const struct token *token,
		    const struct curve_pair *pair, const struct enrol_result *result)
{
	switch (result->state) {
	case ENROL_ADMITTED:
		return keep(p, token, pair, result);
	case ENROL_WAITING:
		PROGRAM_SAY(p, p->err, TEXT_ENROL_LATER);
		return PROGRAM_WAITING;
	case ENROL_REFUSED:
		PROGRAM_SAY(p, p->err, TEXT_ENROL_REFUSED, result->text);
		return PROGRAM_FAILED;
	case ENROL_NO_ANSWER:
		break;
	}
	PROGRAM_SAY(p, p->err, TEXT_ENROL_SILENT, token->enrol);
	return PROGRAM_WAITING;
}

static int enroll(struct program *p, const struct token *token, int64_t wait_ms)
{
	struct enrol_result result;
	struct curve_pair pair;
	uint8_t key[CURVE_KEY_LEN];
	char fingerprint[64];
	enum err e = identity_make_key(p->folder, &pair);
	int code;

	if (!e)
		e = curve_decode(pair.public_text, key);
	if (e)
		return program_cannot_open(p, e);
	curve_fingerprint(key, fingerprint);
	if (!p->quiet) {
		PROGRAM_SAY(p, p->err, TEXT_FINGERPRINT, fingerprint);
		PROGRAM_SAY(p, p->err, TEXT_ASKING, token->enrol);
	}
	e = enrol_ask(token, &pair, clock_monotonic_ms() + wait_ms, 0, on_waiting, p, &result);
	code = e ? program_cannot_open(p, e) : conclude(p, token, &pair, &result);
	curve_wipe(&pair);
	return code;
}

int program_enroll(struct program *p)
{
	int64_t wait_ms = program_wait_ms(p, DEFAULT_WAIT_MS);
	struct token token;
	int code;

	if (wait_ms < 0)
		return PROGRAM_USAGE;
	if ((code = read_token(p, &token)) != PROGRAM_DONE)
		return code;
	if (token.expires_ms && clock_now_ms(p->clock) > token.expires_ms && !p->quiet)
		PROGRAM_SAY(p, p->err, TEXT_TOKEN_EXPIRED); /* clocks differ: the server judges */
	code = check_folder(p);
	if (code == PROGRAM_DONE)
		code = enroll(p, &token, wait_ms);
	crypto_wipe(&token, sizeof(token));
	return code;
}
