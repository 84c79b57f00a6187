-- rule: R47
-- title: 院校名录核对
-- clause: general
-- subject: application
-- reads: application school term
-- needs: school
-- severity: return
-- understood: {stated}
-- allowed: {expected}
-- message: {problem}。请按院校名录核对学校标识码和学校名称，改正后重新提交；名录有误的，请联系省厅更正名录。
-- message x: 本批次没有收到{missing}，无法核对学校标识码和学校名称。请补交院校名录。
--
-- fires | a code that the registry does not have | application 学校标识码=4299990009
-- fires | a code that the registry does not have, the name cannot be read | application 学校标识码=4299990009, 学校名称=
-- fires | the name of another school | application 学校名称=清江中等职业技术学校
-- fires | a name that nobody has | application 学校名称=云梦泽学院
-- fires | the former name | application#2 学校名称=清江职业高中
-- fires | two rows of the registry, both with other names | +school 学校名称=云梦泽学院 ; application 学校名称=云梦泽大学
-- fires | a school that has left the registry | -school#1
-- fires x | no registry | -school
-- passes | folding differences of the name | application 学校名称=云梦泽 职业技术（学院）
-- passes | a code that cannot be read | application 学校标识码=42999900
-- passes | a name that cannot be read | application 学校名称=
-- passes | the registry's name cannot be read | school 学校名称=
-- passes | two rows of the registry, one with this name | +school 学校名称=云梦泽学院
WITH listed AS MATERIALIZED (
	SELECT s.id, s.school_code, s.school_name, n.text AS name, n.folded, f.folded AS former
	FROM school s LEFT JOIN term n ON n.id = s.school_name LEFT JOIN term f ON f.id = s.former_name
), differing AS MATERIALIZED ( -- once per code and name, not per application
	SELECT DISTINCT d.school_code, d.school_name, t.text AS name, t.folded, l.school_code IS NOT NULL AS is_listed
	FROM (SELECT DISTINCT school_code, school_name FROM application) d
	     LEFT JOIN listed l ON l.school_code = d.school_code
	     LEFT JOIN term t ON t.id = d.school_name
	WHERE d.school_code IS NOT NULL
	  AND (l.school_code IS NULL OR d.school_name <> l.school_name AND t.folded <> l.folded)
), suspect AS MATERIALIZED (
	SELECT a.id, a.school_code, d.name, d.folded, d.is_listed
	FROM application a CROSS JOIN differing d ON d.school_code = a.school_code AND d.school_name IS a.school_name
	WHERE a.school_code IN (SELECT school_code FROM differing)
), called AS MATERIALIZED ( -- who goes or went by a name
	SELECT folded, group_concat(line, '、') AS lines
	FROM (SELECT folded, id, line, row_number() OVER (PARTITION BY folded ORDER BY id) AS place
	      FROM (SELECT folded, printf('%010d', school_code) || '（' || name || '）' AS line, id
	            FROM listed WHERE folded IS NOT NULL
	            UNION
	            SELECT former, printf('%010d', school_code) || '（' || coalesce(name, '校名不明') || '）', id
	            FROM listed WHERE former IS NOT NULL)
	      ORDER BY folded, id)
	WHERE place <= 5 GROUP BY folded
), told AS (
	SELECT s.id, s.name, s.is_listed, printf('%010d', s.school_code) AS code,
	       (SELECT l.name FROM listed l WHERE l.school_code = s.school_code ORDER BY l.id LIMIT 1) AS registered,
	       (SELECT l.name FROM listed l WHERE l.school_code = s.school_code AND l.former = s.folded
	        ORDER BY l.id LIMIT 1) AS renamed,
	       c.lines AS elsewhere
	FROM suspect s LEFT JOIN called c ON c.folded = s.folded
	WHERE NOT EXISTS (SELECT 1 FROM listed l WHERE l.school_code = s.school_code
	                  AND (l.school_name IS NULL OR s.folded IS NULL OR l.folded = s.folded))
)
SELECT id, CASE WHEN is_listed THEN 'school_name' ELSE 'school_code' END AS field,
       code || ' ' || coalesce(name, '校名不明') AS stated,
       CASE WHEN is_listed THEN code || ' ' || registered
            ELSE coalesce(elsewhere, '院校名录中的学校标识码及其校名') END AS expected,
       CASE WHEN NOT is_listed THEN '学校标识码 ' || code || ' 不在院校名录中'
            WHEN renamed IS NOT NULL THEN '学校名称“' || name || '”是学校标识码 ' || code || ' 的曾用名，现名是“'
                 || renamed || '”'
            ELSE '学校标识码 ' || code || ' 在院校名录中是“' || registered || '”，申报的学校名称是“' || name || '”' END
       || CASE WHEN renamed IS NULL THEN coalesce('；名录中校名“' || name || '”的标识码是 ' || elsewhere, '')
               ELSE '' END AS problem
FROM told
