-- rule: R15
-- title: 考核费用高于上限
-- clause: 三.5
-- sentence: 原则上，院校与培训评价组织自行协商的考核费用标准不得高于国家规定的上限标准。
-- subject: application
-- reads: application batch certificate certificate_ref dataset enumeration fee_ceiling term
-- severity: review
-- field: fee
-- understood: {fee:yuan} 元/人
-- allowed: 不高于 {ceiling:yuan} 元/人（{form}，{level:level}；依据：{basis}）
-- allowed x: 有可供核对的考核费用上限
-- message: 证书“{certificate_name}”{level:level}（{form}）的考核费用标准 {fee:yuan} 元/人，高于国家规定的上限 {ceiling:yuan} 元/人，高出 {excess:yuan} 元（依据：{basis}）。原则上不得高于上限，请与培训评价组织重新协商；确有特殊情况的，请说明理由，由审核人研判。
-- message x: 缺少{missing}，无法判定本条申报的考核费用标准是否超过国家规定的上限。请补充后重新处理。
--
-- fires - | one fen above | application 考核费用标准(元/人)=350.01
-- fires - | far above | application 考核费用标准(元/人)=3500
-- fires - | the lowest of several ceilings | +fee_ceiling#5 上限(元/人)=279.99, 依据文件=另一文件
-- fires - | a ceiling of this year | +fee_ceiling#5 上限(元/人)=279.99, 适用年度=2021
-- fires - | each application against its own form | application#3 考核费用标准(元/人)=200.01
-- fires - | a stopped level has its ceiling all the same | application 考核费用标准(元/人)=350.01 ; certificate#2 状态=停用
-- fires - | an unreadable ceiling beside a known one | +fee_ceiling#5 上限(元/人)=待定 ; application 考核费用标准(元/人)=350.01
-- fires x 3 | no ceilings: one note per application | -fee_ceiling
-- fires x 2 | no ceilings: only where the certificate resolves | -fee_ceiling ; application 证书名称=云端炼丹
-- fires x 2 | no ceilings: only where the certificate has the level | -fee_ceiling ; application#2 等级=高级
-- fires x 2 | no ceilings: only where the level is readable | -fee_ceiling ; application#2 等级=特级
-- fires x 3 | no certificate list: one note for each | -certificate ; application 证书名称=云端炼丹
-- fires x 3 | neither of them: one note for each | -certificate ; -fee_ceiling
-- fires x | a ceiling missing for one form and level | -fee_ceiling#5
-- fires x | the only ceiling is of another year | fee_ceiling#5 适用年度=2020
-- fires - x | one is too dear, another has no ceiling | -fee_ceiling#7 ; application 考核费用标准(元/人)=350.01
-- passes | the ceiling itself | application 考核费用标准(元/人)=350.00
-- passes | a ceiling of another year does not count | +fee_ceiling#5 上限(元/人)=100.00, 适用年度=2020
-- passes | a higher level that is cheaper than a lower one | application 考核费用标准(元/人)=300 ; +application 申报编号=SB101, 等级=高级, 考核费用标准(元/人)=200
-- passes | an unresolved certificate is not judged | application 证书名称=云端炼丹, 考核费用标准(元/人)=9999
-- passes | a level that the certificate has not is not judged (R02) | application#2 等级=高级, 考核费用标准(元/人)=9999
-- passes | an unreadable fee is unknown | application 考核费用标准(元/人)=面议
-- fires x | the only ceiling is unreadable | fee_ceiling#5 上限(元/人)=待定
-- fires x | the year of the only ceiling is unreadable | fee_ceiling#5 适用年度=今年
-- fires x | the form of the certificate is unreadable | certificate#2 考核形式=在线
-- passes | a missing ceiling that nobody needs | -fee_ceiling#12
WITH
present AS MATERIALIZED (
  SELECT (SELECT present FROM dataset WHERE name = 'certificate') AS certificate,
         (SELECT present FROM dataset WHERE name = 'fee_ceiling') AS fee_ceiling
),
valid AS MATERIALIZED ( -- an unreadable year may be another one, so its ceiling is none
  SELECT f.id, f.exam_form, f.level, CASE WHEN NOT f.fee_year_unknown THEN f.ceiling END AS ceiling, f.basis
  FROM fee_ceiling f CROSS JOIN batch b
  WHERE f.fee_year IS NULL OR f.fee_year = b.year
),
rate AS MATERIALIZED ( -- one row per certificate and level of the list
  SELECT c.certificate_code * 4 + c.level AS certificate_level,
         min(v.ceiling) AS ceiling,
         min(c.exam_form) AS exam_form
  FROM certificate c LEFT JOIN valid v ON v.exam_form = c.exam_form AND v.level = c.level
  WHERE c.level IS NOT NULL
  GROUP BY c.certificate_code, c.level
),
judged AS MATERIALIZED ( -- once per certificate, level and fee, not per application
  SELECT d.fee, d.level, d.certificate_ref, r.ceiling, r.exam_form
  FROM (SELECT DISTINCT certificate_ref, level, fee FROM application) d
  CROSS JOIN present p
  LEFT JOIN certificate_ref c ON c.id = d.certificate_ref
  LEFT JOIN rate r ON r.certificate_level = c.certificate * 4 + d.level
  WHERE d.fee > r.ceiling
     OR NOT p.certificate
     OR r.certificate_level IS NOT NULL AND (NOT p.fee_ceiling OR r.ceiling IS NULL)
)
SELECT CASE WHEN j.fee > j.ceiling THEN '' ELSE 'x' END AS rule_case,
       a.id, j.fee, j.level, j.ceiling, j.fee - j.ceiling AS excess, t.text AS certificate_name, e.text AS form,
       coalesce((SELECT v.basis FROM valid v
                 WHERE v.exam_form = j.exam_form AND v.level = j.level AND v.ceiling = j.ceiling
                 ORDER BY v.id LIMIT 1), '见考核费用上限表') AS basis,
       CASE WHEN NOT p.certificate AND NOT p.fee_ceiling THEN '证书名录和考核费用上限'
            WHEN NOT p.certificate THEN '证书名录'
            WHEN NOT p.fee_ceiling THEN '考核费用上限'
            ELSE coalesce('“' || e.text || '”' || l.text || '的考核费用上限', '证书的考核形式') END AS missing
FROM application a
CROSS JOIN judged j ON j.certificate_ref = a.certificate_ref AND j.level IS a.level AND j.fee IS a.fee
CROSS JOIN present p
LEFT JOIN certificate_ref c ON c.id = j.certificate_ref
LEFT JOIN term t ON t.id = c.certificate_name
LEFT JOIN enumeration e ON e.dataset = 'certificate' AND e.field = 'exam_form' AND e.position = j.exam_form
LEFT JOIN enumeration l ON l.dataset = 'application' AND l.field = 'level' AND l.position = j.level
WHERE a.certificate_ref IN (SELECT certificate_ref FROM judged);
