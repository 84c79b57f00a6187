#!/usr/bin/python3
"""From findings to outcomes: what decisions settle, what holds a record, and the three
numbers. Expected values are read off rules.md, "From findings to outcome".

The base batch has three applications without findings: SB001 (a college, approved by a
whole decision), SB002 (reviewed by its city) and SB003 (straight to the province)."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Batch, CaseError, Tap  # noqa: E402

VOID = "0" * 64
REVIEW = "application 提交时间=2021-05-25 08:00:00"     # R33b: a review
RETURN = "application 学生自愿=否"                       # R10: a return
CITY_PATH = "notice reviewPaths/secondarySchool[1]/@path=city"
REJECT = "school 学校类型=技工学校"                      # R03a: a reject

# words, changes, application_no, (outcome, declared, first_review, approved)
CASES = [
    ("a whole 通过 without a number approves the declared one", "", "SB001", ("通过", 90, None, 90)),
    ("a whole 通过 with a number approves that", "decision 核定人数=70", "SB001", ("通过", 90, None, 70)),
    ("nothing found and nothing decided", "-decision", "SB001", ("建议通过", 90, None, None)),
    ("the city's number is the first review", "", "SB002", ("建议通过", 60, 60, None)),
    ("a blank first review is the declared number", "city_review 初审人数=", "SB002", ("建议通过", 60, 60, None)),
    ("a first review that cannot be read is none", "city_review 初审人数=六十", "SB002", ("待研判", 60, None, None)),
    ("a review by another unit than the school's is no first review",
     "city_review 初审单位=420100", "SB002", ("待研判", 60, None, None)),
    ("a city that returns gives no first review", "city_review 初审结论=退回", "SB002", ("退回", 60, None, None)),
    ("a city that refuses rejects", "city_review 初审结论=不同意", "SB002", ("不符合", 60, None, None)),
    ("the latest review of the unit counts", "+city_review 初审人数=55, 初审日期=2021-05-27", "SB002",
     ("建议通过", 60, 55, None)),
    ("a review of before 1970 is later than one without a readable day",
     "city_review 初审日期=1969-12-31 ; +city_review 初审结论=退回, 初审日期=待定 ; decision 申报编号=SB002", "SB002", ("通过", 60, 60, 60)),
    ("the province's school on the city path, by its 主管市州",
     CITY_PATH + " ; school#4 主管市州=420500 ; +city_review 申报编号=SB003, 初审人数=40", "SB003", ("建议通过", 40, 40, None)),
    ("the province's school on the city path without 主管市州: where it stands",
     CITY_PATH + " ; +city_review 初审单位=429004, 申报编号=SB003, 初审人数=40", "SB003", ("建议通过", 40, 40, None)),
    ("a 主管市州 that cannot be read is not empty: the unit is unknown",
     CITY_PATH + " ; school#4 主管市州=42o500 ; +city_review 初审单位=429004, 申报编号=SB003, 初审人数=40", "SB003",
     ("建议通过", 40, None, None)),
    ("a school that reports to the province has no first review",
     "+city_review 申报编号=SB003, 初审单位=429004", "SB003", ("建议通过", 40, None, None)),
    ("three numbers, each its own", "city_review 初审人数=50 ; decision 申报编号=SB002, 核定人数=45", "SB002",
     ("通过", 60, 50, 45)),
    # whole decisions
    ("a review stands without a decision", "-decision ; " + REVIEW, "SB001", ("待研判", 90, None, None)),
    ("a whole 通过 settles a review", REVIEW, "SB001", ("通过", 90, None, 90)),
    ("a whole 通过 settles no return", RETURN, "SB001", ("退回", 90, None, None)),
    ("a whole 通过 settles no reject", REJECT, "SB001", ("不符合", 90, None, None)),
    ("a whole 退回 returns", "decision 决定=退回", "SB001", ("退回", 90, None, None)),
    ("a whole 不通过 rejects", "decision 决定=不通过", "SB001", ("不符合", 90, None, None)),
    ("a whole 退回 does not soften a reject", REJECT + " ; decision 决定=退回", "SB001", ("不符合", 90, None, None)),
    ("a whole 豁免 settles nothing", REVIEW + " ; decision 决定=豁免", "SB001", ("待研判", 90, None, None)),
    ("a whole 豁免 approves nothing", "decision 决定=豁免", "SB001", ("建议通过", 90, None, None)),
    ("a note does not stand in the way", "application 参训教师数=0", "SB001", ("通过", 90, None, 90)),
    # which decision counts
    ("the later decision counts", "+decision 决定=退回, 审核日期=2021-05-30", "SB001", ("退回", 90, None, None)),
    ("the later decision counts wherever it stands", "decision 审核日期=2021-05-31 ; "
     "+decision 决定=退回, 审核日期=2021-05-30", "SB001", ("通过", 90, None, 90)),
    ("on one day the later record counts", "+decision 决定=退回", "SB001", ("退回", 90, None, None)),
    ("a void decision does not count", "decision 行摘要=" + VOID, "SB001",
     ("建议通过", 90, None, None)),
    ("a void later decision leaves the earlier one", "+decision 决定=退回, 审核日期=2021-05-30, 行摘要=" + VOID, "SB001",
     ("通过", 90, None, 90)),
    ("a held decision does not count, and its field finding stands", "decision 核定人数=很多", "SB001",
     ("待研判", 90, None, None)),
    ("a held later decision leaves the earlier one, whose 通过 settles the field finding",
     "+decision 决定=退回, 审核日期=2021-05-30, 核定人数=很多", "SB001", ("通过", 90, None, 90)),
    # decisions on one rule
    ("豁免 of a rule settles its return", RETURN + " ; +decision 规则编号=R10, 决定=豁免", "SB001", ("通过", 90, None, 90)),
    ("豁免 of a rule settles its review", REVIEW + " ; decision 规则编号=R33, 决定=豁免", "SB001", ("建议通过", 90, None, None)),
    ("豁免 of another rule does not", RETURN + " ; +decision 规则编号=R11, 决定=豁免", "SB001", ("退回", 90, None, None)),
    ("豁免 of a rule settles no reject", REJECT + " ; +decision 规则编号=R03, 决定=豁免", "SB001",
     ("不符合", 90, None, None)),
    ("通过 of a rule settles its review", REVIEW + " ; decision 规则编号=R33", "SB001", ("建议通过", 90, None, None)),
    ("通过 of a rule settles no return", RETURN + " ; decision 规则编号=R10", "SB001", ("退回", 90, None, None)),
    ("退回 of a rule turns its review into a return", REVIEW + " ; +decision 规则编号=R33, 决定=退回", "SB001",
     ("退回", 90, None, None)),
    ("不通过 of a rule turns its review into a reject", REVIEW + " ; +decision 规则编号=R33, 决定=不通过", "SB001",
     ("不符合", 90, None, None)),
    ("不通过 of a rule leaves a return a return", RETURN + " ; +decision 规则编号=R10, 决定=不通过", "SB001",
     ("退回", 90, None, None)),
    ("退回 of a rule does nothing where it found nothing", "+decision 规则编号=R33, 决定=退回", "SB001",
     ("通过", 90, None, 90)),
    ("the later decision on a rule counts", REVIEW + " ; +decision 规则编号=R33, 决定=退回 ; "
     "+decision 规则编号=R33, 决定=通过, 审核日期=2021-05-30", "SB001", ("通过", 90, None, 90)),
    # what a whole 通过 does not settle
    ("decided before the city's review (R35b)",
     "decision 申报编号=SB002, 审核日期=2021-05-28 ; city_review 初审日期=2021-05-29", "SB002", ("待研判", 60, 60, None)),
    ("通过 of R35 settles that", "decision 申报编号=SB002, 审核日期=2021-05-28 ; city_review 初审日期=2021-05-29 ; "
     "+decision 规则编号=R35, 审核日期=2021-05-30", "SB002", ("通过", 60, 60, 60)),
    ("approved more than the city (R27c)", "city_review 初审人数=50 ; decision 申报编号=SB002, 核定人数=51", "SB002",
     ("待研判", 60, 50, None)),
    ("approved without a number over the city's smaller one (R27c)",
     "city_review 初审人数=50 ; decision 申报编号=SB002", "SB002", ("待研判", 60, 50, None)),
    ("the city agreed to more than declared: settled where 核定 is within it",
     "city_review 初审人数=70 ; decision 申报编号=SB002, 核定人数=60", "SB002", ("通过", 60, 70, 60)),
    ("approved more than declared (R50)", "decision 核定人数=91", "SB001", ("待研判", 90, None, None)),
    ("approved later than the window: a note", "decision 审核日期=2021-06-02", "SB001", ("通过", 90, None, 90)),
    # held records and numbers on two applications
    ("a held record is returned, whatever is decided", "application 在校生数=很多", "SB001", ("退回", 90, None, None)),
    ("a held record cannot be exempted", "application 在校生数=很多 ; +decision 规则编号=F02, 决定=豁免", "SB001",
     ("退回", 90, None, None)),
    ("an unreadable number is not declared", "-decision ; application 拟考证人数=约九十", "SB001",
     ("退回", None, None, None)),
    ("decisions attach to neither of two applications", "+application 备注=x", "SB001", ("退回", 90, None, None)),
    ("reviews attach to neither of two applications", "+application#2 备注=x", "SB002", ("退回", 60, None, None)),
    ("identical applications are one", "+application", "SB001", ("通过", 90, None, 90)),
    # the notice changes severities
    ("a return made a review is settled", RETURN + ' ; notice severities+=<severity rule="R10" is="review"/>', "SB001",
     ("通过", 90, None, 90)),
    ("a case made a return", REVIEW + ' ; notice severities+=<severity rule="R33" case="b" is="return"/>', "SB001",
     ("退回", 90, None, None)),
    ("a field finding made a note: the record is held all the same",
     'application 在校生数=很多 ; notice severities+=<severity rule="F02" is="note"/>', "SB001", ("退回", 90, None, None)),
]


def check_outcomes(tap):
    for words, changes, number, expected in CASES:
        try:
            with Batch(changes) as batch:
                rows = batch.query("SELECT o.outcome, o.declared, o.first_review, o.approved FROM outcome o"
                                   " JOIN application a ON a.id = o.application WHERE a.application_no = ?", number)
            tap.check(rows and all(row == expected for row in rows), words, f"{changes}\nwanted {expected}\nfound {rows}")
        except (CaseError, AttributeError) as error:
            tap.check(False, words, f"{changes}\n{error}")


def check_settled(tap):
    """A settled finding says so; its severity stays what the rule gave."""
    with Batch(REVIEW) as batch:
        tap.check(batch.query("SELECT severity, settled, weight FROM finding WHERE rule = 'R33'") == [("review", 1, "note")],
                  "a settled review stays in the list as such")
    with Batch(REVIEW + " ; +decision 规则编号=R33, 决定=不通过") as batch:
        tap.check(batch.query("SELECT severity, settled, weight FROM finding WHERE rule = 'R33'") == [("review", 0, "reject")],
                  "a review that a decision made a reject weighs as one")
        before = batch.query("SELECT * FROM finding"), batch.query("SELECT * FROM outcome"), batch.query("SELECT * FROM rule")
        batch.validate()
        after = batch.query("SELECT * FROM finding"), batch.query("SELECT * FROM outcome"), batch.query("SELECT * FROM rule")
        tap.check(before == after, "validating again gives the same rows")


def check_decision_states(tap):
    changes = ("decision 审核日期=2021-05-28 ; +decision 审核日期=2021-05-30 ; +decision 审核日期=2021-05-29, 行摘要=" + VOID
               + " ; +decision#1 申报编号=SB999 ; +decision#1 申报编号=SB003 ; +application#3 备注=x"
               " ; +decision#1 规则编号=R33, 核定人数=x")
    with Batch(changes) as batch:
        states = batch.query("SELECT d.id, s.state FROM decision_state s JOIN decision d ON d.id = s.decision ORDER BY 1")
        wanted = ["superseded", "valid", "void", "unknown", "ambiguous", "held"]
        tap.check([state for _, state in states] == wanted, "each decision has its state", states)
        carried = batch.query("SELECT row_id, application_no FROM finding WHERE rule = 'R50' ORDER BY row_id")
        tap.check(carried == [(3, None), (4, None), (5, None)], "decisions that do not count weigh on nothing", carried)


def check_order(tap):
    """finding.id runs by rule, case, dataset, record key, place; F before R before S."""
    changes = "application* 学生自愿=否, 是否作为毕业条件=是 ; application#2 在校生数=很多 ; account#2 注册时间=昨天"
    with Batch(changes) as batch:
        rows = batch.query("SELECT rule, rule_case, dataset, record_key, source, row FROM finding ORDER BY id")
        # None sorts before any place
        keys = [tuple("" if value is None else value for value in row[:4]) for row in rows]
        tap.check(len(keys) > 8 and keys == sorted(keys), "findings stand in their order", rows)
        counted = batch.query("SELECT sum(fired) FROM rule")[0][0]
        tap.check(counted == len(rows), "the catalogue counts every finding once", (counted, len(rows)))
        checked = batch.query("SELECT DISTINCT checked FROM rule WHERE rule IN ('R10', 'R33')")
        tap.check(checked == [(3,)], "a rule of applications checks each of them", checked)


def check_refusals(tap):
    for element, words in (('<severity rule="R99" is="note"/>', "a rule that does not exist"),
                           ('<severity rule="R33" case="z" is="note"/>', "a case that does not exist"),
                           ('<severity rule="F11" is="note"/>', "a field finding that does not exist")):
        try:
            with Batch("notice severities+=" + element):
                tap.check(False, "refused: " + words)
        except CaseError as error:
            tap.check("ended with 3" in str(error) and "notice.xml" in str(error) and "line" in str(error),
                      "refused with notice.xml and line: " + words, error)


def main():
    tap = Tap()
    check_outcomes(tap)
    check_settled(tap)
    check_decision_states(tap)
    check_order(tap)
    check_refusals(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
