/* SPDX-License-Identifier: MIT */
/* What is served and what the document says are the same, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "daemon/api_private.h"

static json_t *document(void **state)
{
	return *state;
}

static int read_document(void **state)
{
	json_error_t error;

	*state = json_loadb(api_openapi_begin, (size_t)(api_openapi_end - api_openapi_begin),
			    JSON_REJECT_DUPLICATES, &error);
	if (*state == NULL)
		print_error("openapi.json:%d: %s\n", error.line, error.text);
	return *state == NULL;
}

static int free_document(void **state)
{
	json_decref(*state);
	return 0;
}

static const char *method_name(enum http_method m)
{
	return m == HTTP_GET ? "get" : "post";
}

static json_t *operation_of(json_t *d, const struct api_endpoint *e)
{
	return json_object_get(json_object_get(json_object_get(d, "paths"), e->path),
			       method_name(e->method));
}

static void every_route_is_described(void **state)
{
	for (size_t i = 0; i < api_endpoint_count; i++) {
		if (operation_of(document(state), &api_endpoints[i]) == NULL)
			fail_msg("%s %s is not in the document",
				 method_name(api_endpoints[i].method), api_endpoints[i].path);
	}
}

static bool is_served(const char *path, const char *method)
{
	for (size_t i = 0; i < api_endpoint_count; i++)
		if (strcmp(api_endpoints[i].path, path) == 0 &&
		    strcmp(method_name(api_endpoints[i].method), method) == 0)
			return true;
	return false;
}

static void everything_described_is_served(void **state)
{
	json_t *methods, *operation;
	const char *path, *method;

	json_object_foreach(json_object_get(document(state), "paths"), path, methods)
	{
		json_object_foreach(methods, method, operation)
		{
			if (!is_served(path, method))
				fail_msg("%s %s is not served", method, path);
		}
	}
}

/* The name of a parameter, which may be a reference. */
static const char *parameter_name(json_t *d, json_t *p, const char **where)
{
	const char *reference = json_string_value(json_object_get(p, "$ref"));

	if (reference != NULL)
		p = json_object_get(json_object_get(json_object_get(d, "components"), "parameters"),
				    strrchr(reference, '/') + 1);
	*where = json_string_value(json_object_get(p, "in"));
	return json_string_value(json_object_get(p, "name"));
}

static void count_parameters(json_t *d, const struct api_endpoint *e, const char *name, int *found)
{
	json_t *p;
	size_t i;

	json_array_foreach(json_object_get(operation_of(d, e), "parameters"), i, p)
	{
		const char *where;
		const char *each = parameter_name(d, p, &where);

		assert_non_null(each);
		if (strcmp(where, "query") == 0 && (name == NULL || strcmp(each, name) == 0))
			++*found;
	}
}

/* Query parameters that are taken are described, and no others. */
static void parameters_agree(void **state)
{
	for (size_t i = 0; i < api_endpoint_count; i++) {
		const struct api_endpoint *e = &api_endpoints[i];
		char names[200], *save = NULL, *name;
		int wanted = 0, described = 0;

		snprintf(names, sizeof(names), "%s%s%s%slang ", e->parameters,
			 api_csv_array(e) ? "format " : "",
			 e->needs & API_WHEN ? "valid_at known_at " : "",
			 e->needs & API_PAGE ? "limit cursor " : "");
		for (name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
			int found = 0;

			count_parameters(document(state), e, name, &found);
			if (found != 1)
				fail_msg("%s: parameter %s is described %d times", e->path, name,
					 found);
			wanted++;
		}
		count_parameters(document(state), e, NULL, &described);
		if (described != wanted)
			fail_msg("%s: %d parameters are described, %d are taken", e->path,
				 described, wanted);
	}
}

/* Whoever posts has a right to, but for signing in and out; and nothing else is for everybody but the
 * page itself and what asks for the daemon's health. */
static void posts_take_rights(void **state)
{
	static const char *const for_all[] = { "/", "/icon.svg", "/assets/{name}", "/healthz",
					       "/readyz", "/api/v1/session",
					       "/api/v1/session/end" };

	(void)state;
	for (size_t i = 0; i < api_endpoint_count; i++) {
		const struct api_endpoint *e = &api_endpoints[i];
		bool free = false;

		for (size_t j = 0; j < sizeof(for_all) / sizeof(for_all[0]); j++)
			free |= strcmp(for_all[j], e->path) == 0;
		if (free != ((e->needs & API_FREE) != 0))
			fail_msg("%s: for everybody or not?", e->path);
		if (!free && e->method == HTTP_POST && !(e->needs & (API_RIGHTS | API_SHEET)))
			fail_msg("%s: takes no right", e->path);
	}
}

static void every_problem_has_a_status(void **state)
{
	(void)state;
	for (enum api_problem p = API_OK + 1; p < API_PROBLEM_COUNT; p++)
		assert_in_range(api_problem_status(p), 400, 599);
}

static void numbers(void **state)
{
	uint64_t v = 7;

	(void)state;
	assert_true(api_read_number("0", 10, &v) && v == 0);
	assert_true(api_read_number("9223372036854775807", INT64_MAX, &v) && v == INT64_MAX);
	assert_false(api_read_number("9223372036854775808", INT64_MAX, &v));
	assert_false(api_read_number("99999999999999999999", INT64_MAX, &v));
	assert_false(api_read_number("", 10, &v));
	assert_false(api_read_number("-1", 10, &v));
	assert_false(api_read_number("1x", 10, &v));
	assert_false(api_read_number("11", 10, &v));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_described),
		cmocka_unit_test(everything_described_is_served),
		cmocka_unit_test(parameters_agree),
		cmocka_unit_test(posts_take_rights),
		cmocka_unit_test(every_problem_has_a_status),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, read_document, free_document);
}
