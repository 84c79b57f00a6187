-- file: reports/review.xlsx
-- title: {batch}批次1+X证书制度试点审核工作簿
WITH total AS (
  SELECT count(*) AS applications, coalesce(sum(outcome = '通过'), 0) AS passed,
         coalesce(sum(outcome = '建议通过'), 0) AS recommended, coalesce(sum(outcome = '待研判'), 0) AS waiting,
         coalesce(sum(outcome = '退回'), 0) AS returned, coalesce(sum(outcome = '不符合'), 0) AS rejected,
         coalesce(sum(declared), 0) AS declared, coalesce(sum(first_review), 0) AS first_review,
         coalesce(sum(approved), 0) AS approved
  FROM outcome),
problem AS (
  SELECT count(*) AS findings, coalesce(sum(severity = 'reject'), 0) AS reject,
         coalesce(sum(severity = 'return'), 0) AS "return", coalesce(sum(severity = 'review'), 0) AS review,
         coalesce(sum(severity = 'note'), 0) AS note, coalesce(sum(settled), 0) AS settled
  FROM finding),
checks AS (SELECT count(*) AS lines, coalesce(sum(left_value IS NOT right_value), 0) AS wrong FROM crosscheck),
received AS (
  SELECT count(DISTINCT file) AS files, count(*) AS sheets, coalesce(sum(dataset = ''), 0) AS unknown,
         coalesce(sum(held), 0) AS held, coalesce(sum(rejected), 0) AS refused
  FROM source),
school AS (SELECT count(*) AS schools FROM school_count)
SELECT CASE
         WHEN checks.wrong > 0 THEN '结论：对账有' || checks.wrong || '项不一致，请先查明原因，本工作簿暂不能作为依据。'
         WHEN waiting > 0 THEN '结论：尚有' || waiting || '条申报须人工研判，还不能公布。'
         WHEN recommended > 0 THEN '结论：机器审查已经完成，' || recommended || '条建议通过的申报等待作出审核决定。'
         WHEN returned > 0 THEN '结论：其余申报已有结论，' || returned || '条退回修改的申报等待学校重新提交。'
         ELSE '结论：全部申报均已有审核结论，可以公布。'
       END AS verdict,
       '申报：' || schools || '所院校共' || applications || '条，申报' || declared || '人，初审' || first_review || '人，核定'
         || approved || '人。其中通过' || passed || '条，建议通过' || recommended || '条，待研判' || waiting || '条，退回'
         || returned || '条，不符合' || rejected || '条。' AS verdict_applications,
       '问题：共' || findings || '条，其中不符合条件' || reject || '条，退回修改' || "return" || '条，人工研判' || review
         || '条，提示' || note || '条；已由审核决定处理' || settled || '条。' AS verdict_findings,
       '来源：' || files || '个文件、' || sheets || '张表，未识别' || unknown || '张；暂存待改' || held || '条，拒收' || refused
         || '条。对账：' || checks.lines || '项，'
         || CASE WHEN checks.wrong = 0 THEN '全部一致。' ELSE checks.wrong || '项不一致。' END AS verdict_sources,
       applications, findings
FROM total, problem, checks, received, school;
