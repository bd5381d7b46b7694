/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "serve/door.h"

static void networks(void **state)
{
	static const char *const bad[] = { "", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
					   "10.0.0", "::1/129", "10.0.0.1/8x", "1.2.3.4 " };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(address_is_network(bad[i]));
	assert_true(address_is_network("10.2.0.0/16"));
	assert_true(address_is_network("fd00::/8"));
	assert_true(address_in("10.2.255.1", "192.168.0.1 10.2.0.0/16"));
	assert_false(address_in("10.3.0.1", "192.168.0.1 10.2.0.0/16"));
	assert_true(address_in("10.2.128.1", "10.2.128.0/17"));
	assert_false(address_in("10.2.127.1", "10.2.128.0/17"));
	assert_true(address_in("::ffff:10.2.3.4", "10.2.0.0/16"));
	assert_true(address_in("1.2.3.4", "0.0.0.0/0"));
	assert_false(address_in("::1", "0.0.0.0/0"));
	assert_false(address_in("", "0.0.0.0/0"));
	assert_false(address_in("10.2.3.4", ""));
	assert_true(address_is_loopback("127.9.9.9"));
	assert_true(address_is_loopback("::1"));
	assert_true(address_is_loopback("::ffff:127.0.0.1"));
	assert_false(address_is_loopback("128.0.0.1"));
}

static void groups(void **state)
{
	char one[ADDRESS_TEXT], two[ADDRESS_TEXT];

	(void)state;
	assert_true(address_group("2001:db8:1:2:3:4:5:6", one));
	assert_true(address_group("2001:db8:1:2::9", two));
	assert_string_equal(one, two);
	assert_true(address_group("2001:db8:1:3::9", two));
	assert_string_not_equal(one, two);
	assert_true(address_group("::ffff:10.1.2.3", one));
	assert_string_equal(one, "10.1.2.3");
	assert_false(address_group("somebody", one));
	assert_string_equal(one, "somebody");
}

static struct door read_of(struct door_facts f)
{
	struct door d;

	f.proxies = "10.0.0.1 10.0.1.0/24";
	door_read(&f, &d);
	return d;
}

static void who_is_on_this_machine(void **state)
{
	(void)state;
	assert_true(read_of((struct door_facts){ .peer = "127.0.0.1", .host = "localhost:80" }).direct);
	assert_true(read_of((struct door_facts){ .peer = "::1", .host = "[::1]:8080" }).direct);
	assert_false(read_of((struct door_facts){ .peer = "127.0.0.1", .host = "a.test" }).direct);
	assert_false(read_of((struct door_facts){ .peer = "127.0.0.1", .host = NULL }).direct);
	assert_false(read_of((struct door_facts){ .peer = "10.0.0.7", .host = "localhost" }).direct);
	assert_false(read_of((struct door_facts){ .peer = "127.0.0.1", .host = "localhost",
						  .forwarded = true }).direct);
	assert_false(read_of((struct door_facts){ .peer = "127.0.0.1", .host = "localhost.evil.test" })
			     .direct);
}

static void what_a_proxy_says(void **state)
{
	struct door d = read_of((struct door_facts){ .peer = "10.0.0.1", .host = "a.test",
						     .forwarded_for = "1.1.1.1, 2.2.2.2 , 10.0.1.9",
						     .forwarded_proto = "https", .forwarded = true });

	(void)state;
	assert_string_equal(d.address, "2.2.2.2");
	assert_true(d.https);
	d = read_of((struct door_facts){ .peer = "9.9.9.9", .host = "a.test",
					 .forwarded_for = "1.1.1.1", .forwarded_proto = "https",
					 .forwarded = true });
	assert_string_equal(d.address, "9.9.9.9");
	assert_false(d.https);
	d = read_of((struct door_facts){ .peer = "10.0.0.1", .host = "a.test",
					 .forwarded_for = "10.0.1.1,10.0.1.2", .forwarded_proto = "http" });
	assert_string_equal(d.address, "10.0.1.1");
	assert_false(d.https);
	d = read_of((struct door_facts){ .peer = "10.0.0.1", .host = "a.test", .forwarded_for = "" });
	assert_string_equal(d.address, "10.0.0.1");
	d = read_of((struct door_facts){ .peer = "10.0.0.1", .host = "a.test", .forwarded_for = ",,," });
	assert_string_equal(d.address, "10.0.0.1");
}

static void origins(void **state)
{
	(void)state;
	assert_true(door_is_same_origin("https://a.test", "a.test", true));
	assert_true(door_is_same_origin("https://a.test:8443", "A.test:8443", true));
	assert_true(door_is_same_origin("http://a.test", "a.test", false));
	assert_false(door_is_same_origin("http://a.test", "a.test", true));
	assert_false(door_is_same_origin("https://a.test:8443", "a.test", true));
	assert_false(door_is_same_origin("https://a.test.evil", "a.test", true));
	assert_false(door_is_same_origin("null", "a.test", false));
	assert_false(door_is_same_origin("", "a.test", false));
	assert_false(door_is_same_origin("http://a.test", NULL, false));
}

static void cookies(void **state)
{
	char out[8];

	(void)state;
	assert_true(door_cookie("a=1; minsheng=abc; b=2", "minsheng", out, sizeof(out)));
	assert_string_equal(out, "abc");
	assert_true(door_cookie("minsheng=x", "minsheng", out, sizeof(out)));
	assert_false(door_cookie("xminsheng=x", "minsheng", out, sizeof(out)));
	assert_false(door_cookie("minsheng-link=x", "minsheng", out, sizeof(out)));
	assert_false(door_cookie("minsheng=too-long-for-it", "minsheng", out, sizeof(out)));
	assert_false(door_cookie("minsheng=", "minsheng", out, sizeof(out)));
	assert_false(door_cookie("", "minsheng", out, sizeof(out)));
	assert_false(door_cookie(NULL, "minsheng", out, sizeof(out)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks),	     cmocka_unit_test(groups),
		cmocka_unit_test(who_is_on_this_machine), cmocka_unit_test(what_a_proxy_says),
		cmocka_unit_test(origins),	     cmocka_unit_test(cookies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
