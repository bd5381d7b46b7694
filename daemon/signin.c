/* SPDX-License-Identifier: MIT */
#include "daemon/signin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PER_USER 10 /* browsers that one user is signed in with */

struct seat {
	struct signin_session session; /* number 0: free */
	uint8_t hash[CRYPTO_HASH_LEN];
	int64_t used;
};

struct signin {
	int64_t idle_ms, life_ms;
	uint64_t last; /* number */
	size_t max;
	struct seat seats[];
};

enum err signin_new(size_t max, int64_t idle_ms, int64_t life_ms, struct signin **out)
{
	struct signin *s = calloc(1, sizeof(*s) + max * sizeof(s->seats[0]));

	if (s == NULL)
		return ERR_NOMEM;
	s->max = max;
	s->idle_ms = idle_ms;
	s->life_ms = life_ms;
	*out = s;
	return ERR_OK;
}

void signin_free(struct signin *s)
{
	if (s != NULL)
		crypto_wipe(s->seats, s->max * sizeof(s->seats[0]));
	free(s);
}

static bool lasts(const struct signin *s, const struct seat *seat, int64_t now)
{
	return seat->session.number != 0 && now < seat->session.until &&
	       now - seat->used < s->idle_ms;
}

static void leave(struct seat *seat)
{
	crypto_wipe(seat, sizeof(*seat));
}

/* A seat that is free, or that of the session which has been idle longest: of the user, where she
 * has as many as one may have, else of anybody. */
static struct seat *take_seat(struct signin *s, const char *name, int64_t now)
{
	struct seat *oldest = &s->seats[0], *own = NULL, *empty = NULL;
	size_t owned = 0;

	for (size_t i = 0; i < s->max; i++) {
		struct seat *seat = &s->seats[i];

		if (!lasts(s, seat, now)) {
			leave(seat);
			empty = seat;
			continue;
		}
		if (seat->used < oldest->used || oldest->session.number == 0)
			oldest = seat;
		if (strcmp(seat->session.name, name) != 0)
			continue;
		owned++;
		if (own == NULL || seat->used < own->used)
			own = seat;
	}
	if (owned >= PER_USER)
		return own;
	return empty ? empty : oldest;
}

void signin_begin(struct signin *s, const char *name, int64_t now, char token[SIGNIN_TOKEN])
{
	struct seat *seat = take_seat(s, name, now);
	uint8_t random[32];

	crypto_random(random, sizeof(random));
	crypto_base64(bytes_of(random, sizeof(random)), token, SIGNIN_TOKEN);
	crypto_wipe(random, sizeof(random));
	leave(seat);
	crypto_digest(bytes_of_string(token), seat->hash);
	snprintf(seat->session.name, sizeof(seat->session.name), "%s", name);
	seat->session.number = ++s->last;
	seat->session.until = now + s->life_ms;
	seat->used = now;
}

const struct signin_session *signin_find(struct signin *s, const char *token, int64_t now)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_digest(bytes_of_string(token), hash);
	for (size_t i = 0; i < s->max; i++) {
		struct seat *seat = &s->seats[i];

		if (!lasts(s, seat, now) || !crypto_equal(seat->hash, hash, sizeof(hash)))
			continue;
		seat->used = now;
		return &seat->session;
	}
	return NULL;
}

bool signin_lasts(const struct signin *s, uint64_t number, int64_t now)
{
	for (size_t i = 0; i < s->max; i++)
		if (s->seats[i].session.number == number)
			return lasts(s, &s->seats[i], now);
	return false;
}

void signin_end(struct signin *s, uint64_t number)
{
	for (size_t i = 0; i < s->max; i++)
		if (s->seats[i].session.number == number)
			leave(&s->seats[i]);
}

void signin_end_user(struct signin *s, const char *name)
{
	for (size_t i = 0; i < s->max; i++)
		if (strcmp(s->seats[i].session.name, name) == 0)
			leave(&s->seats[i]);
}

size_t signin_count(const struct signin *s, int64_t now)
{
	size_t n = 0;

	for (size_t i = 0; i < s->max; i++)
		n += lasts(s, &s->seats[i], now);
	return n;
}

void signin_csrf(const char *token, char out[SIGNIN_TOKEN])
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_hmac_sha256(bytes_of_string(token), bytes_of_string("minsheng csrf"), hash);
	crypto_base64(bytes_of(hash, sizeof(hash)), out, SIGNIN_TOKEN);
}
