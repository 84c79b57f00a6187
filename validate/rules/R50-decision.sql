-- rule: R50
-- title: 审核决定不能生效
-- clause: 四.2
-- sentence: 省教育厅通过平台审核确定试点院校、证书及规模，并在平台自动生成试点审核结果，直接通过平台申报界面公布，申报学校可在平台查询。
-- subject: decision
-- reads: decision decision_state application finding
-- after: outcome
-- severity: review
-- allowed: 针对现有申报内容作出的决定；无未解决的退回或不符合问题；核定人数不超过拟考证人数
-- message: {reason}请审核人核对后重新作出决定。
--
-- fires - | the row has changed since | decision 行摘要=0000000000000000000000000000000000000000000000000000000000000000
-- fires - | an application that does not exist | decision 申报编号=SB999
-- fires - | a number on two applications | +application#1 备注=x
-- fires - | approved over a standing return | application 学生自愿=否
-- fires - | approved over a standing reject | school#1 学校类型=技工学校
-- fires - | approved though a field cannot be read | application 在校生数=很多
-- fires - | approved more than declared | decision 核定人数=91
-- fires - | a superseded decision that approves more than declared | decision 核定人数=91 ; +decision 核定人数=90, 审核日期=2021-05-30
-- fires - | 通过 of a rule whose finding is a return | application 学生自愿=否 ; decision 规则编号=R10
-- passes | as many as declared | decision 核定人数=90
-- passes | approved over a review, which that settles | application 提交时间=2021-05-25 08:00:00
-- passes | approved over a return that 豁免 settles | application 学生自愿=否 ; +decision 规则编号=R10, 决定=豁免
-- passes | returned over a standing return | application 学生自愿=否 ; decision 决定=退回
-- passes | 通过 of another rule than the one that stands | application 学生自愿=否 ; decision 规则编号=R38
WITH judged AS (
  SELECT d.*, s.state, a.declared,
         d.decision = 1 AND s.application IS NOT NULL
           AND EXISTS (SELECT 1 FROM finding f
                       WHERE f.application_no = d.application_no AND f.weight IN ('return', 'reject') AND NOT f.settled
                         AND (d.rule IS NULL OR f.rule = d.rule)) AS is_over,
         coalesce(d.approved_number > a.declared, 0) AS exceeds
  FROM decision d
  JOIN decision_state s ON s.decision = d.id
  LEFT JOIN application a ON a.id = s.application
)
SELECT id, CASE WHEN state = 'valid' THEN application_no END AS application_no,
       CASE WHEN state = 'void' THEN 'row_digest'
            WHEN state IN ('unknown', 'ambiguous') THEN 'application_no'
            WHEN is_over THEN 'decision' ELSE 'approved_number' END AS field,
       CASE state WHEN 'void' THEN '作出决定之后申报内容已经改动，行摘要不符，该决定作废。'
                  WHEN 'unknown' THEN '本批次没有申报编号 ' || application_no || '，该决定无处生效。'
                  WHEN 'ambiguous' THEN '申报编号 ' || application_no || ' 用在多条不同的申报上，该决定无法对应。'
                  ELSE '' END
       || CASE WHEN is_over THEN '决定为通过，但申报仍有未解决的退回或不符合问题，结论不能为通过。' ELSE '' END
       || CASE WHEN exceeds THEN '核定 ' || approved_number || ' 人，超过拟考证的 ' || declared || ' 人。' ELSE '' END AS reason
FROM judged
WHERE state IN ('void', 'unknown', 'ambiguous') OR is_over OR exceeds;
