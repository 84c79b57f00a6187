-- rule: R44
-- title: 申报编号重复
-- clause: general
-- subject: application
-- reads: application ambiguous_application source
-- severity: return
-- field: application_no
-- allowed: 一个申报编号只用于一条申报
-- message: 申报编号 {application_no} 用在 {members} 条内容不同的申报上（另见{others}），初审和审核决定无法对应到其中任何一条。请核对后只保留正确的一条，或改用各自的编号。
--
-- fires - 2 | two applications that differ | +application#1 申报编号=SB001, 备注=另一条
-- fires - 2 | of two schools | application#3 申报编号=SB001
-- fires - 3 | three | +application#1 备注=x ; +application#1 备注=y
-- fires - 2 | alike but for the spelling of a name | +application#1 证书名称=数据采集处理
-- passes | identical records count once | +application#1 申报编号=SB001
-- passes | numbers that differ | +application#1 申报编号=SB001A
WITH member AS MATERIALIZED (
  SELECT a.id, a.application_no, f.file, a.row,
         count(*) OVER (PARTITION BY a.application_no) AS members,
         row_number() OVER (PARTITION BY a.application_no ORDER BY a.id) AS place
  FROM ambiguous_application x
  JOIN application a ON a.application_no = x.application_no
  JOIN source f ON f.id = a.source
),
head AS MATERIALIZED (
  SELECT id, application_no, place, file || ' 第 ' || row || ' 行' AS text FROM member WHERE place <= 21
)
SELECT m.id, m.application_no, m.members,
       (SELECT group_concat(text, '、')
        FROM (SELECT h.text FROM head h WHERE h.application_no = m.application_no AND h.id <> m.id ORDER BY h.place LIMIT 20))
         || CASE WHEN m.members > 21 THEN '等' ELSE '' END AS others
FROM member m;
