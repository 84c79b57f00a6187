-- rule: R36
-- title: 专业目录
-- clause: 四.4
-- sentence: 本批次申报参照2020年旧专业目录执行，以第三批、第四批证书为主，原则上不再新增前两批证书试点单位。
-- subject: application
-- reads: application batch dataset enumeration major major_ref school_path term
-- needs: partly major
-- severity: return
-- field: major_code
-- understood: {declared}
-- allowed: {catalogue}中代码、名称、层次一致的专业，且层次与学校类型相符
-- message: {problem}。本批次参照{catalogue}执行：请按{catalogue}核对专业代码、专业名称和专业层次，改正后重新提交。
-- message x: 本批次没有收到{missing}，无法判定所报专业是否在规定的目录之内。请补交专业目录。
--
-- fires | a major of the new catalogue under its new code | application 专业代码=510201
-- fires | a major of the new catalogue that has no old one | application#2 专业代码=610201, 专业名称=林业生产技术
-- fires | code and name of two majors | application 专业名称=林业技术
-- fires | a code that no catalogue has | application 专业代码=999999
-- fires | a name that no catalogue has | application 专业名称=炼丹技术
-- fires | the right code and name at another level | application 专业层次=本科
-- fires | a major of the catalogue at a level that is not the school's | application 专业代码=090100, 专业名称=计算机应用, 专业层次=中职
-- fires | an undergraduate major at a 中职 | application#2 专业代码=080901, 专业名称=计算机科学与技术, 专业层次=本科
-- fires | the level does not suit the school, though the code cannot be read | application#2 专业代码=04010, 专业层次=高职专科
-- fires | the notice names the other catalogue | notice catalogue/@edition=2021新目录 ; -application#3 ; -application#2 ; -city_review#1 ; major#3 目录版本=2021新目录
-- fires x | no catalogue | -major
-- fires - x | no catalogue, but the level does not suit the school | -major ; application#2 专业层次=高职专科
-- passes | the old major of that number | application 专业代码=510201, 专业名称=林业技术
-- passes | K, T and TK are ignored | application 专业代码=610201TK
-- passes | K of the catalogue is ignored | application 专业代码=620801, 专业名称=临床医学
-- passes | folding differences of the name | application 专业名称=计算机 应用技术
-- passes | a 高职专科 major at an undergraduate school | account#1 学校标识码=4299990003 ; application 学校标识码=4299990003, 学校名称=云梦泽应用科技学院
-- passes | an undergraduate major at an undergraduate school | application 学校标识码=4299990003, 专业代码=080901, 专业名称=计算机科学与技术, 专业层次=本科
-- passes | a school that the registry does not know has no kind | application 学校标识码=4299990009
-- passes | a code that cannot be read | application 专业代码=61020
-- passes | an empty name is F01 | application 专业名称=
-- passes | a level that cannot be read | application 专业层次=大专
WITH allowed AS MATERIALIZED ( -- the catalogue that counts
	SELECT m.id, r.canonical, r.base_code, r.major_level, t.folded, r.base_code || ' ' || t.text AS line,
	       r.base_code || ' ' || t.text || '（' || e.text || '）' AS full_line
	FROM batch b CROSS JOIN major m ON m.catalogue = b.catalogue
	     JOIN major_ref r ON r.id = m.major_ref LEFT JOIN term t ON t.id = r.major_name
	     LEFT JOIN enumeration e ON e.dataset = 'major' AND e.field = 'major_level' AND e.position = r.major_level
), of_code AS MATERIALIZED (
	SELECT base_code, MIN(line) AS line, group_concat(full_line, '、') AS lines
	FROM (SELECT base_code, line, full_line, row_number() OVER (PARTITION BY base_code ORDER BY id) AS place
	      FROM allowed ORDER BY base_code, id)
	WHERE place <= 5 GROUP BY base_code
), of_name AS MATERIALIZED (
	SELECT folded, group_concat(full_line, '、') AS lines
	FROM (SELECT folded, full_line, row_number() OVER (PARTITION BY folded ORDER BY id) AS place
	      FROM allowed WHERE folded IS NOT NULL ORDER BY folded, id)
	WHERE place <= 5 GROUP BY folded
), elsewhere AS MATERIALIZED ( -- the other catalogue, and what a major of it was called before
	SELECT r.canonical, MIN(e.text || '专业' || coalesce('（对应旧专业代码 ' || m.old_major_code
	           || coalesce('，即 ' || c.line, '') || '）', '')) AS text
	FROM batch b CROSS JOIN major m ON m.catalogue <> b.catalogue
	     JOIN major_ref r ON r.id = m.major_ref
	     JOIN enumeration e ON e.dataset = 'major' AND e.field = 'catalogue' AND e.position = m.catalogue
	     LEFT JOIN of_code c ON c.base_code = rtrim(m.old_major_code, 'KT')
	GROUP BY r.canonical
), stranger AS ( -- majors as somebody names them that do not stand in the catalogue
	SELECT id FROM major_ref
	WHERE base_code IS NOT NULL AND major_name IS NOT NULL AND major_level IS NOT NULL
	  AND canonical NOT IN (SELECT canonical FROM allowed)
	  AND (SELECT present FROM dataset WHERE name = 'major')
), odd AS MATERIALIZED ( -- once per school and major, not per application
	SELECT a.school_code, a.major_ref, p.school_kind, a.major_ref IN (SELECT id FROM stranger) AS is_stranger,
	       CASE WHEN p.school_kind IN (3, 6) THEN r.major_level <> 3
	            WHEN p.school_kind IN (1, 2) THEN r.major_level NOT IN (1, 2)
	            WHEN p.school_kind IN (4, 5) THEN r.major_level = 3 END AS is_unsuitable
	FROM (SELECT DISTINCT school_code, major_ref FROM application) a CROSS JOIN major_ref r ON r.id = a.major_ref
	     LEFT JOIN school_path p ON p.school_code = a.school_code
	WHERE is_stranger OR is_unsuitable
), found AS MATERIALIZED (
	SELECT a.id, o.major_ref, o.school_kind, o.is_stranger, o.is_unsuitable
	FROM application a CROSS JOIN odd o ON o.major_ref = a.major_ref AND o.school_code IS a.school_code
	WHERE a.major_ref IN (SELECT major_ref FROM odd)
)
SELECT f.id, c.text AS catalogue,
       coalesce(r.major_code, '代码不明') || ' ' || coalesce(t.text, '名称不明') ||
       '（' || coalesce(l.text, '层次不明') || '）' AS declared,
       rtrim(CASE WHEN f.is_stranger THEN
           r.major_code || ' ' || t.text || '（' || l.text || '）不是' || c.text || '中的专业'
           || coalesce('，而是' || o.text, '')
           || coalesce('；' || c.text || '中代码 ' || r.base_code || ' 是：' || oc.lines,
                       '；' || c.text || '中没有代码 ' || r.base_code)
           || coalesce('；名称“' || t.text || '”对应：' || n.lines,
                       '；' || c.text || '中没有名称“' || t.text || '”') || '；' ELSE '' END
       || CASE WHEN f.is_unsuitable THEN '专业层次“' || l.text || '”与学校类型“' || k.text || '”不相符，应为'
           || CASE WHEN f.school_kind IN (3, 6) THEN '中职' WHEN f.school_kind IN (1, 2) THEN '高职专科或高职本科'
                   ELSE '本科、高职本科或高职专科' END || '；' ELSE '' END, '；') AS problem
FROM found f CROSS JOIN major_ref r ON r.id = f.major_ref LEFT JOIN term t ON t.id = r.major_name
     LEFT JOIN of_code oc ON oc.base_code = r.base_code LEFT JOIN of_name n ON n.folded = t.folded
     LEFT JOIN elsewhere o ON o.canonical = r.canonical
     LEFT JOIN enumeration l ON l.dataset = 'application' AND l.field = 'major_level' AND l.position = r.major_level
     LEFT JOIN enumeration k ON k.dataset = 'school' AND k.field = 'school_kind' AND k.position = f.school_kind
     JOIN batch b JOIN enumeration c ON c.dataset = 'major' AND c.field = 'catalogue' AND c.position = b.catalogue
