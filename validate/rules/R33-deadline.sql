-- rule: R33
-- title: 提交时间
-- clause: 四.4
-- sentence: 5月14日起开始本次申报工作，各单位按平台要求准备相关材料，平台填报截至日期为5月25日零点。
-- subject: application
-- reads: application batch
-- case a: return
-- case b: review
-- field: submitted
-- understood: {submitted:instant}
-- allowed a: 早于 {late_from:instant}
-- allowed b: {filing_opens:day} 起至 {disputed_day:day} 零点前
-- message a: 提交时间 {submitted:instant} 已过填报截止时间（{late_from:instant} 起算迟报）。逾期申报不列入本批次：请学校说明原因并与省厅联系，或留待下一批次申报。
-- message b: 提交时间 {submitted:instant} {problem}。请学校书面说明提交时间，由省厅研判是否列入本批次。
--
-- fires a | the first late second | application 提交时间=2021-05-26 00:00:00
-- fires a | days late | application 提交时间=2021-06-02 09:00:00
-- fires b | the first instant of the disputed day | application 提交时间=2021-05-25 00:00:00
-- fires b | the last second of the disputed day | application 提交时间=2021-05-25 23:59:59
-- fires b | the last second before filing opens | application 提交时间=2021-05-13 23:59:59
-- fires b | a date of before the computer age | application 提交时间=1969-12-31 12:00:00
-- passes | the last second before the disputed day | application 提交时间=2021-05-24 23:59:59
-- passes | the first second of the first day | application 提交时间=2021-05-14 00:00:00
-- passes | a later deadline in the notice | notice filing/@lateFrom=2021-06-01T00:00:00 ; application 提交时间=2021-05-28 09:00:00
-- passes | an instant that cannot be read | application 提交时间=2021-05-26
WITH suspect AS (
	SELECT a.id, a.submitted FROM batch b CROSS JOIN application a WHERE a.submitted >= b.late_from
	UNION ALL
	SELECT a.id, a.submitted FROM batch b CROSS JOIN application a
	WHERE a.submitted < b.filing_opens * 86400 AND a.submitted < b.late_from
	UNION ALL
	SELECT a.id, a.submitted FROM batch b CROSS JOIN application a
	WHERE a.submitted >= b.disputed_day * 86400 AND a.submitted < (b.disputed_day + 1) * 86400
	  AND a.submitted >= b.filing_opens * 86400 AND a.submitted < b.late_from
)
SELECT CASE WHEN a.submitted >= b.late_from THEN 'a' ELSE 'b' END AS rule_case, a.id, a.submitted,
       b.late_from, b.filing_opens, b.disputed_day,
       CASE WHEN a.submitted < b.filing_opens * 86400 THEN '早于本批次申报开始日'
            ELSE '在截止口径有争议的一天之内：“零点”按字面是当日的第一刻，也有人理解为当日结束' END AS problem
FROM batch b CROSS JOIN suspect a
