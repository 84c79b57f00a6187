/* Encodings: the verdict on whole files, and lines made UTF-8. */
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ingest/encoding.h"
#include "ingest/lines.h"

#include <cmocka.h> /* last: it has a macro fail */

static int file_of(const void *bytes, size_t length)
{
	int file = memfd_create("bytes", MFD_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, length), (ssize_t)length);
	return file;
}

static struct encoding_verdict detect(const void *bytes, size_t length)
{
	struct failure failure = { 0 };
	struct encoding_verdict verdict;
	int file = file_of(bytes, length);
	assert_true(encoding_detect(file, &verdict, &failure));
	close(file);
	return verdict;
}

#define DETECT(literal) detect(literal, sizeof(literal) - 1)

static void assert_known(struct encoding_verdict verdict, enum encoding encoding, int mark)
{
	assert_true(verdict.known);
	assert_false(verdict.cut);
	assert_int_equal(verdict.encoding, encoding);
	assert_int_equal(verdict.mark, mark);
}

static void assert_no_text(struct encoding_verdict verdict, int64_t offset)
{
	assert_false(verdict.known);
	assert_int_equal(verdict.offset, offset);
}

static void test_order(void **state)
{
	(void)state;
	assert_known(DETECT(""), ENCODING_UTF8, 0);
	assert_known(DETECT("a,b\n"), ENCODING_UTF8, 0);
	assert_known(DETECT("\xE5\xAD\xA6,\xF0\xA0\x80\x80\n"), ENCODING_UTF8, 0);
	assert_known(DETECT("\xEF\xBB\xBF" "a\n"), ENCODING_UTF8, 3);
	assert_known(DETECT("\xBA\xFE\xB1\xB1,1\n"), ENCODING_GB18030, 0);         /* 湖北 */
	assert_known(DETECT("\xBA\xFE\x81\x39\xEF\x30,1\n"), ENCODING_GB18030, 0); /* with a four-byte code */
	assert_known(DETECT("\xFF\xFE" "a\0"), ENCODING_UTF16LE, 2);
	assert_known(DETECT("\xFE\xFF" "\0a"), ENCODING_UTF16BE, 2);
	assert_known(DETECT("\x66\x5B" "," "\0" "\x21\x68" "\n\0"), ENCODING_UTF16LE, 0);
	assert_known(DETECT("\x5B\x66" "\0," "\x68\x21" "\0\n"), ENCODING_UTF16BE, 0);
}

static void test_strict_utf8(void **state)
{
	(void)state;
	/* after text that is UTF-8 beyond doubt; none of these is GB18030 either */
	assert_no_text(DETECT("\xE5\xAD\xA6\xC0\x80\n"), 3);         /* overlong NUL */
	assert_no_text(DETECT("\xE5\xAD\xA6\xED\xA0\x80\n\xFF"), 3); /* surrogate */
	assert_no_text(DETECT("\xE5\xAD\xA6\xF4\x90\x80\x80\n\xFF"), 3);
	assert_no_text(DETECT("\xE5\xAD\xA6\xE0\x9F\xBF\n\xFF"), 3);
	assert_no_text(DETECT("\xE5\xAD\xA6" "a\x80\n"), 4);
	assert_no_text(DETECT("\xEF\xBB\xBF" "a\x80\n"), 4);
	assert_no_text(DETECT("caf\xE9\n"), 3);
	assert_no_text(DETECT("a\0b\n"), 1);
	assert_no_text(DETECT("\xFF\xFE" "\x00\xDC" "a\0"), 2); /* half of a pair */
}

static void test_cut(void **state)
{
	(void)state;
	struct encoding_verdict verdict = DETECT("\xE5\xAD\xA6\n\xE5\xAD");
	assert_true(verdict.known && verdict.cut);
	assert_int_equal(verdict.encoding, ENCODING_UTF8);
	assert_int_equal(verdict.offset, 4);
	verdict = DETECT("\xBA\xFE\n\xBA");
	assert_true(verdict.known && verdict.cut);
	assert_int_equal(verdict.encoding, ENCODING_GB18030);
	assert_int_equal(verdict.offset, 3);
	verdict = DETECT("\xFF\xFE" "a\0b");
	assert_true(verdict.known && verdict.cut);
	assert_int_equal(verdict.offset, 4);
}

/* What is decided must not depend on where chunks end. */
static void test_chunks(void **state)
{
	(void)state;
	enum { SIZE = (1 << 18) + 64 };
	char *bytes = malloc(SIZE);
	assert_non_null(bytes);
	for (int shift = 0; shift < 12; shift++) {
		memset(bytes, 'a', SIZE);
		for (size_t at = (1 << 18) - 24 + (size_t)shift; at + 3 <= SIZE; at += 3)
			memcpy(bytes + at, "\xE5\xAD\xA6", 3);
		bytes[SIZE - 1] = '\n';
		if ((unsigned char)bytes[SIZE - 2] == 0xAD)
			bytes[SIZE - 2] = bytes[SIZE - 3] = '\n';
		else if ((unsigned char)bytes[SIZE - 2] == 0xE5)
			bytes[SIZE - 2] = '\n';
		assert_known(detect(bytes, SIZE), ENCODING_UTF8, 0);
	}
	free(bytes);
}

/* Files so large that their halves are looked at side by side: with the middle in every place of a
 * row, and with the one byte that is in no encoding on either side of it. */
static void check_halves(const char *row, enum encoding encoding)
{
	enum { LARGE = 9 << 20 };
	size_t width = strlen(row);
	char *text = malloc(LARGE + width);
	assert_non_null(text);
	for (size_t shift = 0; shift < width; shift++) {
		size_t length = 0;
		for (size_t i = 0; length < LARGE; i++)
			text[length++] = row[(i + shift) % width];
		size_t whole = (width - shift) % width; /* here the first whole row begins */
		memset(text, 'a', whole);
		length -= (length - whole) % width;
		assert_known(detect(text, length), encoding, 0);
		size_t places[] = { whole + 40 * width, length / 2 - width, length / 2, length / 2 + 1, length / 2 + 3 * width, length - 1 };
		for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
			char kept = text[places[i]];
			text[places[i]] = '\0';
			struct encoding_verdict verdict = detect(text, length);
			assert_false(verdict.known);
			assert_true(verdict.offset <= (int64_t)places[i] && verdict.offset > (int64_t)places[i] - 4);
			text[places[i]] = kept;
		}
	}
	free(text);
}

static void test_halves(void **state)
{
	(void)state;
	check_halves("\xF0\xA0\x80\x80\xE5\xAD\xA6,", ENCODING_UTF8);
	check_halves("\xBA\xFE\x81\x39\xEF\x30,", ENCODING_GB18030);
	check_halves("\xBA\xFE\xB1\xB1", ENCODING_GB18030); /* nowhere to divide it */
}

/* Every two-byte code, and the ends of the four-byte ranges, as iconv has them. */
static void test_all_codes(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct decoder *decoder = decoder_open(ENCODING_GB18030, &failure);
	assert_non_null(decoder);
	iconv_t iconv_of = iconv_open("UTF-8", "GB18030");
	int compared = 0;
	for (int lead = 0x81; lead <= 0xFE; lead++)
		for (int trail = 0x40; trail <= 0xFE; trail++) {
			char code[2] = { (char)lead, (char)trail };
			char wanted[8];
			char *in = code;
			char *out = wanted;
			size_t left = 2;
			size_t room = sizeof wanted;
			const char *text;
			size_t length;
			if (trail == 0x7F)
				continue;
			assert_int_equal(iconv(iconv_of, &in, &left, &out, &room), 0); /* none is left out */
			assert_true(decoder_line(decoder, code, 2, &text, &length, &failure));
			assert_int_equal(length, sizeof wanted - room);
			assert_memory_equal(text, wanted, length);
			compared++;
		}
	assert_int_equal(compared, 126 * 190);
	const char *text;
	size_t length;
	assert_true(decoder_line(decoder, "a\x81\x30\x81\x30\xE3\x32\x9A\x35", 9, &text, &length, &failure));
	assert_int_equal(length, 7); /* a, U+0080, U+10FFFF */
	assert_memory_equal(text, "a\xC2\x80\xF4\x8F\xBF\xBF", 7);
	assert_false(decoder_line(decoder, "\xD1", 1, &text, &length, &failure));
	iconv_close(iconv_of);
	decoder_close(decoder);
}

static void test_utf16_pairs(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	const char *text;
	size_t length;
	struct decoder *decoder = decoder_open(ENCODING_UTF16BE, &failure);
	assert_true(decoder_line(decoder, "\x00" "a\x5B\x66\xD8\x40\xDC\x00", 8, &text, &length, &failure));
	assert_int_equal(length, 8);
	assert_memory_equal(text, "a\xE5\xAD\xA6\xF0\xA0\x80\x80", 8);
	decoder_close(decoder);
}

static void assert_lines(enum encoding encoding, const char *bytes, size_t length, const char *const *wanted,
	const int64_t *offsets)
{
	struct failure failure = { 0 };
	int file = file_of(bytes, length);
	struct lines *lines = lines_open(file, encoding, 0, (int64_t)length, &failure);
	struct decoder *decoder = decoder_open(encoding, &failure);
	struct line line;
	enum line_state state;
	for (int i = 0;; i++) {
		assert_true(lines_next(lines, &line, &state, &failure));
		if (!wanted[i]) {
			assert_int_equal(state, LINE_LAST);
			break;
		}
		const char *text;
		size_t size;
		assert_int_equal(state, LINE_READ);
		assert_true(decoder_line(decoder, line.bytes, line.length, &text, &size, &failure));
		assert_int_equal(line.number, i + 1);
		assert_int_equal(line.offset, offsets[i]);
		assert_int_equal(size, strlen(wanted[i]));
		if (size)
			assert_memory_equal(text, wanted[i], size);
	}
	decoder_close(decoder);
	lines_close(lines);
	close(file);
}

static void test_lines(void **state)
{
	(void)state;
	const char *const wanted[] = { "a", "", "b", "c", "", "d", NULL };
	assert_lines(ENCODING_UTF8, "a\n\nb\rc\r\n\rd", 10, wanted, (const int64_t[]) { 0, 2, 3, 5, 8, 9 });
	assert_lines(ENCODING_UTF16LE, "a\0\n\0\n\0b\0\r\0c\0\r\0\n\0\r\0d\0", 20, wanted,
		(const int64_t[]) { 0, 4, 6, 10, 16, 18 });
	const char *const one[] = { "a", NULL };
	assert_lines(ENCODING_UTF16BE, "\0a\0\n", 4, one, (const int64_t[]) { 0 });
	/* U+0A0A and U+0D0D are letters, not line ends */
	const char *const letters[] = { "\xE0\xA8\x8A\xE0\xB4\x8D", NULL };
	assert_lines(ENCODING_UTF16LE, "\x0A\x0A\x0D\x0D", 4, letters, (const int64_t[]) { 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_strict_utf8), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_chunks), cmocka_unit_test(test_halves), cmocka_unit_test(test_all_codes), cmocka_unit_test(test_utf16_pairs),
		cmocka_unit_test(test_lines),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
