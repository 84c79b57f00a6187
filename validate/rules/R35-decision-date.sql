-- rule: R35
-- title: 审核日期
-- clause: 四.4
-- sentence: 5月28日-31日，省厅完成本次申报审核工作，发布审核结果。
-- subject: decision
-- reads: decision decision_state review_of city_review batch
-- case a: note
-- case b: review
-- field: decision_date
-- understood: {decision_date:day}
-- allowed a: {first:day} 至 {last:day}
-- allowed b: 不早于市州初审日期 {review_date:day}
-- message a: 审核日期 {decision_date:day} 不在省厅审核时段 {first:day} 至 {last:day} 之内，请审核人确认日期是否填写正确。
-- message b: 审核日期 {decision_date:day} 早于市州初审日期 {review_date:day}，审核时初审尚未完成。请审核人核对日期，或在初审之后重新作出决定。
--
-- fires a | the day before | decision 审核日期=2021-05-27
-- fires a | the day after | decision 审核日期=2021-06-01
-- fires b | before the city's review | decision 申报编号=SB002, 审核日期=2021-05-28 ; city_review 初审日期=2021-05-29
-- fires a b | before the window and the review | decision 申报编号=SB002, 审核日期=2021-05-25
-- fires a | a void decision too | decision 审核日期=2021-06-01, 行摘要=0000000000000000000000000000000000000000000000000000000000000000
-- fires a | for an application that does not exist | decision 申报编号=SB999, 审核日期=2021-06-01
-- fires a | another window in the notice | notice provinceReview/@from=2021-05-30
-- passes | the first day | decision 审核日期=2021-05-28
-- passes | the last day | decision 审核日期=2021-05-31
-- passes | the day of the city's review | decision 申报编号=SB002, 审核日期=2021-05-28 ; city_review 初审日期=2021-05-28
-- passes | the date cannot be read: a part of the key, the record is rejected | decision 审核日期=五月底
SELECT 'a' AS rule_case, d.id, CASE WHEN s.state = 'valid' THEN d.application_no END AS application_no, d.decision_date,
       b.province_review_from AS first, b.province_review_until AS last, NULL AS review_date
FROM decision d JOIN decision_state s ON s.decision = d.id, batch b
WHERE d.decision_date NOT BETWEEN b.province_review_from AND b.province_review_until
UNION ALL
SELECT 'b', d.id, CASE WHEN s.state = 'valid' THEN d.application_no END, d.decision_date, NULL, NULL, r.review_date
FROM decision d
JOIN decision_state s ON s.decision = d.id
JOIN review_of o ON o.application = s.application
JOIN city_review r ON r.id = o.latest
WHERE d.decision_date < r.review_date;
