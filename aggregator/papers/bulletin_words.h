/* SPDX-License-Identifier: MIT */
/* Numbers, days and figures of a paper in words. Adds to a buffer. */
#ifndef PAPERS_BULLETIN_WORDS_H
#define PAPERS_BULLETIN_WORDS_H

#include "aggregator/papers/bulletin_facts.h"

void bulletin_words_day(struct buf *out, int32_t day, enum lang lang);	/* 2022年9月30日, 30 September 2022 */
void bulletin_words_month(struct buf *out, int32_t day, enum lang lang); /* 2022年9月 */
/* ppm of the whole as per cent with one decimal, rounded half away from zero: 62.5% */
void bulletin_words_share(struct buf *out, int64_t ppm, enum lang lang);
/* Hundredths of a point, one decimal, without sign. */
void bulletin_words_points(struct buf *out, int64_t hundredths);
/* A value of the measure with its unit; without the zeros behind. */
void bulletin_words_value(struct buf *out, const struct catalogue_measure *m, int64_t value,
			  int64_t denominator, enum lang lang);
void bulletin_words_goal(struct buf *out, const struct catalogue_measure *m, int64_t goal,
			 enum lang lang);
/* "累计2处（任务8处）", "2 of 8 sites" */
void bulletin_words_figure(struct buf *out, const struct catalogue_measure *m,
			   const struct bulletin_light *l, enum lang lang);
/* Icon and word of a light: never colour alone. */
const char *bulletin_words_icon(enum light l);
/* A measure's name with its item's number: 1.1 老年人食堂 */
void bulletin_words_measure(struct buf *out, const struct catalogue *c, uint16_t measure,
			    enum lang lang);

#endif
