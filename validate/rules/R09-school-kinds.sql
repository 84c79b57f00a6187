-- rule: R09
-- title: 各类学校申报占比
-- clause: 二
-- sentence: 试点院校以高等职业学校、中等职业学校（不含技工学校）为主，应用型本科高校自愿参与。
-- subject: batch
-- reads: application enumeration school_path
-- severity: note
-- understood: {shares}
-- allowed: 以高等职业学校、中等职业学校为主
-- message: 本批次申报共 {total} 条，按学校类型：{shares}。其中高等职业学校（高职高专、职业本科）和中等职业学校合计 {vocational} 条，占 {vocational_share}%。通知要求试点院校以高等职业学校、中等职业学校为主，供掌握总体情况，无需修改。
--
-- fires - | always one for the batch | application 备注=x
-- fires - | whatever the kinds | school#2 学校类型=普通本科 ; school 学校类型=技工学校
-- fires - | schools that are not in the registry | application* 学校标识码=4299999999
-- fires - | without a registry | -school
-- passes a b x | it has no cases and never fails to judge | -school
WITH
kinds AS MATERIALIZED (
  SELECT school_kind, sum(applications) AS applications
  FROM (SELECT coalesce(p.school_kind, 99) AS school_kind, s.applications
        FROM (SELECT school_code, count(*) AS applications FROM application GROUP BY school_code) s
        LEFT JOIN school_path p ON p.school_code = s.school_code)
  GROUP BY school_kind
),
whole AS MATERIALIZED (
  SELECT sum(applications) AS total,
         sum(CASE WHEN school_kind IN (1, 2, 3) THEN applications ELSE 0 END) AS vocational
  FROM kinds
)
SELECT NULL AS id, w.total, w.vocational,
       printf('%d.%02d', (w.vocational * 20000 + w.total) / (w.total * 2) / 100,
              (w.vocational * 20000 + w.total) / (w.total * 2) % 100) AS vocational_share,
       (SELECT group_concat(text, '、')
        FROM (SELECT coalesce(e.text, '类型不明（不在院校名录中或类型无法识别）') || ' ' || k.applications || ' 条（'
                     || printf('%d.%02d', (k.applications * 20000 + v.total) / (v.total * 2) / 100,
                               (k.applications * 20000 + v.total) / (v.total * 2) % 100) || '%）' AS text
              FROM kinds k CROSS JOIN whole v
              LEFT JOIN enumeration e
                ON e.dataset = 'school' AND e.field = 'school_kind' AND e.position = k.school_kind
              ORDER BY k.school_kind)) AS shares
FROM whole w;
