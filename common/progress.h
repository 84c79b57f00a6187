/* How far a stage has come: one line on the terminal at stderr, rewritten eight times a
 * second by a thread of its own and cleared at the end. Where there is no terminal there
 * is no progress: NULL, which all functions let pass. Neither its clock nor its counts
 * reach an output.
 *
 *     [1/4] 读取 考核记录.csv 43%  4,200,000 行  680,000 行/秒  还需 7 秒
 *     [2/4] 核验 18/47 条规则  还需 3 秒
 *
 * The stage's threads add to counters, once for each block or rule; the display thread
 * reads them. */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

/* NULL unless stderr is a terminal that can rewrite a line (terminal.h), and where no thread
 * or memory is to be had. `place` ("1/4") stands before the line or is NULL. Texts that are
 * given to these functions are copied. */
struct progress *progress_open(const char *place);
/* Clears the line. NULL is let pass. */
void progress_close(struct progress *progress);

/* A new piece of work: all counts begin at 0 again. `verb` is what is done; `work` is how much
 * there is of whatever progress_work() counts (bytes, rows): share and time left are reckoned
 * from it; 0: unknown. `items` of `unit` are counted apart ("条规则"), 0: none. */
void progress_begin(struct progress *progress, const char *verb, int64_t work, int64_t items, const char *unit);

/* Clears the line until the next progress_begin(): the caller prints. */
void progress_rest(struct progress *progress);

/* What is being worked on, after the verb. */
void progress_name(struct progress *progress, const char *name);

/* Work in parts one after the other, as files are read: names the next part, which is `work` of
 * the whole (the part before it is done), and says how much of it was reached. One thread. */
void progress_part(struct progress *progress, const char *name, int64_t work);
void progress_reach(struct progress *progress, int64_t reached);

/* Each may be called by any thread. Rows are shown with their rate. */
void progress_work(struct progress *progress, int64_t more);
void progress_rows(struct progress *progress, int64_t more);
void progress_item(struct progress *progress);

#endif
