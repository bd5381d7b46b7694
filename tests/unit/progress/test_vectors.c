/* SPDX-License-Identifier: MIT */
/* Plans and paces at random, against numbers that a program of its own worked out in rational
 * arithmetic from the formulas alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/progress/pace.h"
#include "base/date.h"

#define DAY_0 18992 /* 2021-12-31 */

/* Days count from day 0. -1: never, or unknown. */
static const struct vector {
	enum catalogue_plan_shape shape;
	size_t knot_count;
	struct catalogue_knot knots[5];
	int64_t goal, value;
	int32_t day;
	int64_t before; /* the value so many days ago: */
	int64_t window;
	int64_t share;	   /* planned, 9 decimals */
	int64_t gap;	   /* percentage points, 6 decimals */
	int64_t variance;  /* units, 4 decimals */
	int64_t earned;	   /* schedule, days, 6 decimals */
	int32_t by_index;  /* day of the forecast finish */
	int32_t by_rate;
	int64_t ratio;	   /* required to recent rate, 6 decimals */
} vectors[] = {
	{ CATALOGUE_STEPS, 5, { { 0, 0 }, { 32, 10000 }, { 159, 500000 }, { 300, 660000 }, { 365, 1000000 } },
	  710995030212, 625001671308, 39, 291952271960, 39,
	  10000000, 86905210, 6178917210058800, 365000000, 39, 50, 30889 },
	{ CATALOGUE_KNOTS, 4, { { 0, 0 }, { 35, 0 }, { 214, 330000 }, { 283, 1000000 } },
	  250328638231, 18986360566, 78, 2903766555, 78,
	  79273743, -342800, -8581275708597, 76140568, 290, 1201, 5473179 },
	{ CATALOGUE_STEPS, 4, { { 0, 0 }, { 17, 500000 }, { 142, 500000 }, { 365, 1000000 } },
	  91, 3, 378, 0, 92,
	  1000000000, -96703297, -880000, 16000000, 8624, 3077, -1 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 291, 1000000 } },
	  12, 12, 74, 9, 74,
	  200000000, 80000000, 96000, 291000000, 74, 74, -1 },
	{ CATALOGUE_KNOTS, 4, { { 0, 0 }, { 115, 500000 }, { 145, 780000 }, { 165, 1000000 } },
	  12, 3, 53, 0, 53,
	  230434783, 1956522, 2348, 57500000, 153, 212, 1419643 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 365, 1000000 } },
	  2, 1, 87, 1, 87,
	  166666667, 33333333, 6667, 181000000, 176, -1, -1 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 136, 0 }, { 162, 590000 }, { 170, 850000 }, { 365, 1000000 } },
	  860000, 660988, 129, 565962, 92,
	  0, 76859070, 6609880000, 167495098, 282, 322, 816418 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 365, 1000000 } },
	  91, 87, 256, 48, 92,
	  666666667, 28937729, 263333, 365000000, 256, 266, 86568 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 365, 1000000 } },
	  344, 95, 169, 93, 92,
	  463013699, -18685091, -642767, 100799419, 612, 11623, 58438776 },
	{ CATALOGUE_KNOTS, 3, { { 0, 0 }, { 117, 500000 }, { 248, 1000000 } },
	  91, 40, 24, 17, 24,
	  102564103, 33699634, 306667, 102857143, 58, 78, 237578 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 365, 1000000 } },
	  860000, 798514, 48, 622664, 48,
	  83333333, 84517132, 7268473333, 365000000, 48, 65, 52944 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 77, 0 }, { 79, 500000 }, { 110, 500000 }, { 365, 1000000 } },
	  113, 113, 274, 87, 92,
	  821568627, 17843137, 201627, 365000000, 274, 274, -1 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 320, 1000000 } },
	  2, 1, 193, 0, 92,
	  603125000, -10312500, -2063, 160000000, 386, 285, 724409 },
	{ CATALOGUE_KNOTS, 4, { { 0, 0 }, { 152, 400000 }, { 262, 500000 }, { 365, 1000000 } },
	  34400, 17375, 91, 9780, 91,
	  239473684, 26561353, 91371053, 263047965, 127, 295, 744475 },
	{ CATALOGUE_STEPS, 5, { { 0, 0 }, { 14, 0 }, { 28, 250000 }, { 134, 500000 }, { 180, 1000000 } },
	  113, 24, 141, 0, 92,
	  500000000, -28761062, -325000, 27000000, 940, 483, 8747863 },
	{ CATALOGUE_KNOTS, 3, { { 0, 0 }, { 197, 0 }, { 365, 1000000 } },
	  804273266947, 734813327173, 130, 192529574057, 92,
	  0, 91363639, 7348133271730000, 350490914, 136, 142, 50145 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 306, 1000000 } },
	  860000, 233676, 20, 33065, 20,
	  65359477, 20635680, 1774668497, 83145181, 74, 83, 218327 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 273, 1000000 } },
	  113, 55, 46, 11, 46,
	  168498168, 31822750, 359597, 132876106, 95, 107, 267121 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 365, 1000000 } },
	  344, 233, 292, 140, 92,
	  800000000, -12267442, -422000, 247223837, 432, 402, 1504198 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 152, 1000000 } },
	  102250016635, 91765474622, 134, 5823641529, 92,
	  666666667, 23079504, 235987968653333, 152000000, 134, 146, 623534 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 365, 1000000 } },
	  91, 38, 88, 23, 88,
	  241095890, 17648653, 160603, 152417582, 211, 399, 1122503 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 298, 1000000 } },
	  344, 48, 293, 13, 92,
	  983221477, -84368659, -2902282, 41581395, 2100, 1072, 155611429 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 295, 1000000 } },
	  2, 0, 122, 0, 92,
	  413559322, -41355932, -8271, 0, -1, -1, -1 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 365, 1000000 } },
	  579707078149, 557201708182, 311, 27395576048, 92,
	  833333333, 12784470, 741124763911667, 365000000, 311, 315, 72371 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 268, 0 }, { 310, 90000 }, { 323, 840000 }, { 365, 1000000 } },
	  91, 58, 242, 16, 92,
	  0, 63736264, 580000, 319487619, 277, 315, 587689 },
	{ CATALOGUE_KNOTS, 3, { { 0, 0 }, { 5, 0 }, { 365, 1000000 } },
	  91, 63, 283, 61, 92,
	  772222222, -7991453, -72722, 254230769, 407, 1571, 15707317 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 365, 1000000 } },
	  91, 57, 328, 12, 92,
	  833333333, -20695971, -188333, 242000000, 495, 398, 1878679 },
	{ CATALOGUE_STEPS, 4, { { 0, 0 }, { 244, 250000 }, { 311, 500000 }, { 365, 1000000 } },
	  253736855346, 83258740231, 72, 25134091348, 72,
	  0, 32813026, 832587402310000, 311000000, 85, 284, 720731 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 46, 0 }, { 151, 0 }, { 302, 500000 }, { 365, 1000000 } },
	  2, 1, 303, 1, 92,
	  507936508, -793651, -159, 302000000, 367, -1, -1 },
	{ CATALOGUE_STEPS, 4, { { 0, 0 }, { 283, 0 }, { 293, 250000 }, { 365, 1000000 } },
	  91, 60, 302, 50, 92,
	  250000000, 40934066, 372500, 365000000, 302, 588, 4526984 },
	{ CATALOGUE_STEPS, 5, { { 0, 0 }, { 88, 0 }, { 167, 0 }, { 346, 610000 }, { 365, 1000000 } },
	  34400, 25739, 78, 22515, 78,
	  0, 74822674, 257390000, 365000000, 78, 288, 730106 },
	{ CATALOGUE_STEPS, 3, { { 0, 0 }, { 244, 140000 }, { 365, 1000000 } },
	  860000, 529256, 325, 56305, 92,
	  140000000, 47541395, 4088560000, 365000000, 325, 390, 1608436 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 195, 0 }, { 199, 250000 }, { 247, 960000 }, { 272, 1000000 } },
	  113, 84, 208, 54, 92,
	  383125000, 36023783, 407069, 232354107, 244, 297, 1389583 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 34, 0 }, { 175, 500000 }, { 302, 500000 }, { 365, 1000000 } },
	  344, 61, 59, 56, 59,
	  88652482, 8867310, 305035, 84005814, 257, 3399, 10913072 },
	{ CATALOGUE_STEPS, 4, { { 0, 0 }, { 204, 0 }, { 331, 250000 }, { 365, 1000000 } },
	  2, 1, 330, 1, 92,
	  0, 50000000, 10000, 365000000, 330, -1, -1 },
	{ CATALOGUE_LINEAR_MONTH, 2, { { 0, 0 }, { 365, 1000000 } },
	  113, 92, 224, 76, 92,
	  583333333, 23082596, 260833, 304000000, 269, 345, 856383 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 149, 250000 }, { 222, 400000 }, { 232, 500000 }, { 365, 1000000 } },
	  12, 3, 373, 3, 92,
	  1000000000, -75000000, -90000, 149000000, 914, -1, -1 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 10, 0 }, { 44, 0 }, { 250, 800000 }, { 365, 1000000 } },
	  344, 300, 120, 133, 92,
	  295145631, 57694739, 1984699, 291453488, 151, 145, 98937 },
	{ CATALOGUE_STEPS, 5, { { 0, 0 }, { 31, 250000 }, { 40, 500000 }, { 157, 500000 }, { 278, 1000000 } },
	  265682642874, 222463611290, 237, 123186993894, 92,
	  500000000, 33732836, 896222898530000, 278000000, 237, 278, 976859 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 82, 0 }, { 209, 500000 }, { 252, 560000 }, { 365, 1000000 } },
	  12, 3, 96, 3, 92,
	  55118110, 19488189, 23386, 145500000, 241, -1, -1 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 365, 1000000 } },
	  91, 17, 192, 3, 92,
	  526027397, -33921421, -308685, 68186813, 1028, 679, 2810900 },
	{ CATALOGUE_KNOTS, 4, { { 0, 0 }, { 29, 0 }, { 169, 490000 }, { 365, 1000000 } },
	  91, 23, 36, 12, 36,
	  24500000, 22824725, 207705, 101213501, 130, 259, 676430 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 30, 0 }, { 139, 430000 }, { 172, 940000 }, { 289, 1000000 } },
	  12, 2, 211, 1, 92,
	  960000000, -79333333, -95200, 72248062, 845, 1131, 11794872 },
	{ CATALOGUE_LINEAR_DAY, 2, { { 0, 0 }, { 365, 1000000 } },
	  344, 224, 129, 84, 92,
	  353424658, 29773813, 1024219, 237674419, 199, 208, 334140 },
	{ CATALOGUE_KNOTS, 3, { { 0, 0 }, { 230, 470000 }, { 365, 1000000 } },
	  344, 47, 306, 29, 92,
	  768370370, -63174246, -2173194, 66860465, 1671, 1824, 25728814 },
	{ CATALOGUE_STEPS, 5, { { 0, 0 }, { 2, 250000 }, { 134, 500000 }, { 267, 660000 }, { 365, 1000000 } },
	  344, 237, 306, 201, 92,
	  660000000, 2895349, 99600, 365000000, 306, 580, 4634652 },
	{ CATALOGUE_KNOTS, 3, { { 0, 0 }, { 297, 500000 }, { 365, 1000000 } },
	  468216158477, 450836854554, 163, 170447017688, 92,
	  274410774, 68847110, 3223532959146886, 359951936, 166, 169, 28230 },
	{ CATALOGUE_KNOTS, 5, { { 0, 0 }, { 30, 250000 }, { 302, 500000 }, { 326, 500000 }, { 365, 1000000 } },
	  2, 2, 267, 0, 92,
	  467830882, 53216912, 10643, 365000000, 267, 267, -1 },
};

static struct catalogue_plan plan_of(const struct vector *v, struct catalogue_knot *knots)
{
	for (size_t i = 0; i < v->knot_count; i++)
		knots[i] = (struct catalogue_knot){ DAY_0 + v->knots[i].day, v->knots[i].ppm };
	return (struct catalogue_plan){
		.id = "p", .shape = v->shape, .knots = knots, .knot_count = v->knot_count
	};
}

static void assert_date(const struct catalogue_plan *p, struct pace_number days, int32_t expected)
{
	assert_int_equal(pace_date(p, days), expected < 0 ? DATE_NONE : DAY_0 + expected);
}

static void assert_pace(const struct vector *v, const struct catalogue_plan *p)
{
	int32_t day = DAY_0 + v->day;
	struct pace_schedule s = pace_schedule(p, fraction_of(v->value, v->goal), day);
	struct fraction rate = pace_rate(v->value, v->before, v->window);
	struct pace_number ratio = pace_ratio(pace_required(p, v->value, v->goal, day), rate);

	assert_int_equal(fraction_round(s.earned, 6), v->earned);
	assert_date(p, pace_finish_by_index(p, &s), v->by_index);
	assert_date(p, pace_finish_by_rate(v->day, v->value, v->goal, rate), v->by_rate);
	assert_int_equal(ratio.known ? fraction_round(ratio.value, 6) : -1, v->ratio);
}

static void numbers_are_those_of_the_formulas(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		struct catalogue_knot knots[5];
		struct catalogue_plan p = plan_of(v, knots);
		struct fraction planned = plan_share(&p, DAY_0 + v->day);
		struct fraction expected = plan_expected(&p, v->goal, DAY_0 + v->day);

		assert_int_equal(fraction_round(planned, 9), v->share);
		assert_int_equal(fraction_round(pace_gap(fraction_of(v->value, v->goal), planned),
						4),
				 v->gap);
		assert_int_equal(fraction_round(pace_variance(v->value, expected), 4), v->variance);
		assert_pace(v, &p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_the_formulas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
