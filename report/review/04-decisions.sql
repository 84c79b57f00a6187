-- sheet: 审核决定
-- title: {batch}批次试点审核决定表
-- intro: 只填浅黄色的格子，含义和例子见“填写说明”。填好后保存，把本工作簿放回批次文件夹的 inbox 中，再运行一次即可。没有填写决定的行不起作用。
-- intro: 规则编号留空，是对整条申报的决定；要对某一条规则单独作出决定，在表末空行填写申报编号和规则编号。行摘要由程序填写，请勿改动：申报内容一旦变动，原决定自动失效。
-- protect: yes
-- freeze: 1
-- column: 申报编号 | code | 17
-- column: 学校名称 | text | 20 | spare = IFERROR(INDEX([学校名称@:],MATCH([申报编号],[申报编号@:],0))&"","")
-- column: 证书名称 | text | 20 | spare = IFERROR(INDEX([证书名称@:],MATCH([申报编号],[申报编号@:],0))&"","")
-- column: 等级 | text | 6 | center | spare = IFERROR(INDEX([等级@:],MATCH([申报编号],[申报编号@:],0))&"","")
-- column: 专业名称 | text | 16 | spare = IFERROR(INDEX([专业名称@:],MATCH([申报编号],[申报编号@:],0))&"","")
-- column: 当前结论 | state | 9 | spare = IFERROR(INDEX([当前结论@:],MATCH([申报编号],[申报编号@:],0))&"","")
-- column: 拟考证人数 | count | 9
-- column: 初审人数 | count | 8
-- column: 主要问题 | wrap | 26
-- column: 规则编号 | code | 8 | open
-- column: 决定 | text | 8 | open | center | list 填写说明!决定
-- column: 核定人数 | count | 8 | open | upto 拟考证人数
-- column: 理由 | wrap | 24 | open
-- column: 审核人 | text | 9 | open
-- column: 审核日期 | day | 11 | open
-- column: 行摘要 | digest | 12 | spare = IFERROR(INDEX([行摘要@:],MATCH([申报编号],[申报编号@:],0))&"","")
-- spare: 30
-- empty: 没有可以作出决定的申报
WITH concerned AS (
  SELECT iif(f.dataset = 'application', f.row_id, a.id) AS application, f.rule
  FROM finding f LEFT JOIN application a ON a.application_no = iif(f.dataset = 'application', NULL, f.application_no)
  WHERE f.weight <> 'note' AND NOT f.settled
  UNION ALL
  SELECT id, NULL FROM application),
label AS (SELECT rule, min(title) AS title FROM rule GROUP BY rule),
problem AS (
  SELECT k.application, group_concat(k.rule || coalesce(' ' || l.title, ''), '；') AS words
  FROM (SELECT application, rule FROM concerned GROUP BY application, rule ORDER BY application, rule) k
  LEFT JOIN label l ON l.rule = k.rule
  GROUP BY k.application)
SELECT a.application_no, sn.text, cn.text, CASE a.level WHEN 1 THEN '初级' WHEN 2 THEN '中级' WHEN 3 THEN '高级' END,
       mn.text, o.outcome, o.declared, o.first_review, p.words, NULL, NULL, NULL, NULL, NULL, NULL, a.id
FROM problem p
CROSS JOIN application a ON a.id = p.application
JOIN outcome o ON o.application = a.id
LEFT JOIN term sn ON sn.id = a.school_name
LEFT JOIN certificate_ref c ON c.id = a.certificate_ref
LEFT JOIN term cn ON cn.id = c.certificate_name
LEFT JOIN major_ref m ON m.id = a.major_ref
LEFT JOIN term mn ON mn.id = m.major_name
WHERE a.application_no NOT IN (SELECT application_no FROM ambiguous_application)
ORDER BY a.school_code, a.application_no, a.id;
