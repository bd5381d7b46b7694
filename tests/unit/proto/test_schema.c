/* SPDX-License-Identifier: MIT */
/* protobuf-c decodes nested messages by calling itself without a limit: a schema in which a
 * message can hold itself lets 40 kB of input overflow the stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fs.h"
#include "proto/codec_wire.h"

#define DEPTH_MAX 8
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const ProtobufCMessageDescriptor *const all[] = {
	&minsheng__v1__target__descriptor,	&minsheng__v1__texts__descriptor,
	&minsheng__v1__numbers__descriptor,	&minsheng__v1__batch__descriptor,
	&minsheng__v1__hello__descriptor,	&minsheng__v1__welcome__descriptor,
	&minsheng__v1__exception__descriptor,	&minsheng__v1__receipt__descriptor,
	&minsheng__v1__receipts__descriptor,	&minsheng__v1__refused__descriptor,
	&minsheng__v1__stage__descriptor,	&minsheng__v1__measure__descriptor,
	&minsheng__v1__slice__descriptor,	&minsheng__v1__figure__descriptor,
	&minsheng__v1__snapshot__descriptor,	&minsheng__v1__replay_request__descriptor,
	&minsheng__v1__alert__descriptor,	&minsheng__v1__replay__descriptor,
	&minsheng__v1__enrol__descriptor,	&minsheng__v1__enrol_reply__descriptor,
	&minsheng__v1__feed_figure__descriptor, &minsheng__v1__feed_alert__descriptor,
	&minsheng__v1__feed_head__descriptor,
};

/* How deep messages nest below this one; above DEPTH_MAX: taken for endless. */
static unsigned depth(const ProtobufCMessageDescriptor *d, unsigned above)
{
	unsigned deepest = 0;

	if (above > DEPTH_MAX)
		return 0;
	for (unsigned i = 0; i < d->n_fields; i++) {
		if (d->fields[i].type == PROTOBUF_C_TYPE_MESSAGE) {
			unsigned n = 1 + depth(d->fields[i].descriptor, above + 1);

			deepest = n > deepest ? n : deepest;
		}
	}
	return deepest;
}

static void test_no_message_holds_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		assert_in_range(depth(all[i], 0), 0, DEPTH_MAX - 1);
}

static void test_walk_sees_a_cycle(void **state)
{
	ProtobufCMessageDescriptor a = { 0 }, b = { 0 };
	ProtobufCFieldDescriptor to_a = { .type = PROTOBUF_C_TYPE_MESSAGE, .descriptor = &a };
	ProtobufCFieldDescriptor to_b = { .type = PROTOBUF_C_TYPE_MESSAGE, .descriptor = &b };

	(void)state;
	a.n_fields = b.n_fields = 1;
	a.fields = &to_b;
	b.fields = &to_a;
	assert_true(depth(&a, 0) > DEPTH_MAX);
}

static void test_no_strings(void **state)
{
	(void)state;
	/* char * hides what follows a NUL; bytes do not */
	for (size_t i = 0; i < COUNT(all); i++) {
		for (unsigned j = 0; j < all[i]->n_fields; j++)
			assert_int_not_equal(all[i]->fields[j].type, PROTOBUF_C_TYPE_STRING);
	}
}

static void test_list_is_complete(void **state)
{
	struct buf file = { 0 };
	size_t count = 0;

	(void)state;
	assert_int_equal(fs_read("proto/minsheng.proto", 1 << 20, &file), ERR_OK);
	for (const char *at = buf_cstring(&file); (at = strstr(at, "\nmessage ")); at++)
		count++;
	buf_free(&file);
	assert_int_equal(count, COUNT(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_message_holds_itself),
		cmocka_unit_test(test_walk_sees_a_cycle),
		cmocka_unit_test(test_no_strings),
		cmocka_unit_test(test_list_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
