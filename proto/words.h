/* SPDX-License-Identifier: MIT */
/* 256 short English words, one for each value of a byte. Their order is part of every fingerprint
 * that was ever read out: never change it. */
#ifndef PROTO_WORDS_H
#define PROTO_WORDS_H

#define WORDS_COUNT 256

extern const char *const words_table[WORDS_COUNT];

#endif
