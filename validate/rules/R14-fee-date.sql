-- rule: R14
-- title: 费用确定晚于申报
-- clause: 三.5
-- sentence: 试点申报前，院校应与培训评价组织协商，按照公益性原则确定本校职业技能等级证书考核费用标准。
-- subject: application
-- reads: application
-- severity: return
-- field: fee_date
-- understood: {fee_date:day}
-- allowed: 不晚于提交当日（提交时间 {submitted:instant}）
-- message: 费用确定日期 {fee_date:day} 晚于提交时间 {submitted:instant}。考核费用标准应在申报前与培训评价组织协商确定，请核对费用确定日期；尚未商定的，请商定后再申报。
--
-- fires - | the day after | application 费用确定日期=2021-05-19
-- fires - | the day after, by one second | application 费用确定日期=2021-05-19, 提交时间=2021-05-18 23:59:59
-- passes | the same day | application 费用确定日期=2021-05-18
-- passes | the same day, first second of it | application 费用确定日期=2021-05-19, 提交时间=2021-05-19 00:00:00
-- passes | an instant of another zone is that day at +08:00 | application 费用确定日期=2021-05-19, 提交时间=2021-05-18T17:00:00Z
-- passes | an unreadable day is unknown | application 费用确定日期=五月底
-- passes | an unreadable instant is unknown | application 费用确定日期=2021-05-30, 提交时间=2021-05-18
SELECT id, fee_date, submitted
FROM application
WHERE fee_date * 86400 > submitted;
