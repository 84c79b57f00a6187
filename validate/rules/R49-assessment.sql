-- rule: R49
-- title: 考核记录自相矛盾
-- clause: general
-- subject: assessment
-- reads: assessment assessment_text assessment_twin batch certificate_ref source
-- needs: assessment
-- severity: review
-- understood: {stated}
-- allowed: 一个报名号只属于一人一证一级，补考在另一日期且此前未通过；通过的有证书编号，其余没有；考核日期不晚于 {as_of:day}
-- message: {problem}。请培训评价组织核对平台考核记录，改正后重新导出；确无错误的，附书面说明，由省厅研判。
-- message x: 本批次没有收到{missing}，无法核对考核记录。请补交平台考核记录。
--
-- fires 2 | one number at two schools | +assessment#3 学校标识码=4299990003, 考核日期=2020-12-20
-- fires 2 | one number for two certificates | +assessment#3 证书名称=智能仓储运营, 培训评价组织=云帆物流评价有限责任公司, 考核日期=2020-12-20
-- fires 2 | one number at two levels | +assessment#3 等级=高级, 考核日期=2020-12-20
-- fires 2 | twice on one day | +assessment#3 结果=缺考
-- fires 2 | again after a pass | +assessment#1 考核日期=2020-12-20, 结果=未通过, 证书编号=
-- fires 2 | passed twice | +assessment#1 考核日期=2020-12-20, 证书编号=ZH0009
-- fires 3 | three attempts, the second at another school | +assessment#3 考核日期=2020-12-20, 学校标识码=4299990003 ; +assessment#3 考核日期=2020-12-30
-- fires | a certificate number without a pass | assessment#3 证书编号=ZH0003
-- fires | a certificate number of somebody absent | assessment#4 证书编号=ZH0004
-- fires | a pass without a certificate number | assessment#1 证书编号=
-- fires | the day after the day of judgement | assessment#3 考核日期=2021-06-01
-- fires | two things wrong with one record: one finding | assessment#3 考核日期=2021-06-01, 证书编号=ZH0003
-- fires 2 | a twin with something else wrong | +assessment#3 结果=缺考, 证书编号=ZH0003
-- fires x | no assessment file | -assessment
-- passes | a retake after a failure | +assessment#3 考核日期=2020-12-20, 结果=通过, 证书编号=ZH0003
-- passes | a retake after an absence | +assessment#4 考核日期=2020-12-20
-- passes | a retake of the retake, listed in any order | +assessment#3 考核日期=2020-10-20 ; +assessment#3 考核日期=2020-12-20, 结果=通过, 证书编号=ZH0003
-- passes | a retake whose certificate is spelled otherwise | +assessment#3 考核日期=2020-12-20, 证书名称=数据采集 处理, 培训评价组织=
-- passes | the same row twice | +assessment#3
-- passes | on the day of judgement | assessment#3 考核日期=2021-05-31
-- passes | a school that cannot be read in one of them | +assessment#3 学校标识码=42999900, 考核日期=2020-12-20
-- passes | a result that cannot be read | assessment#1 结果=及格
WITH broken AS MATERIALIZED ( -- numbers whose attempts are no series of retakes
	SELECT w.first
	FROM assessment_twin w CROSS JOIN assessment a ON a.id = w.id CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	WHERE w.kind = 'registration'
	GROUP BY w.first
	HAVING MIN(a.school_code) <> MAX(a.school_code) OR MIN(a.level) <> MAX(a.level)
	    OR MIN(r.unit) <> MAX(r.unit) OR MIN(r.certificate) <> MAX(r.certificate)
	    OR COUNT(DISTINCT a.exam_date) < COUNT(*)
	    OR MIN(CASE WHEN a.result = 1 THEN a.exam_date END) < MAX(a.exam_date)
), member AS MATERIALIZED (
	SELECT w.first, w.id, COUNT(*) OVER (PARTITION BY w.first) AS total,
	       row_number() OVER (PARTITION BY w.first ORDER BY w.id) AS place
	FROM assessment_twin w JOIN broken b ON b.first = w.first
	WHERE w.kind = 'registration'
), suspect AS MATERIALIZED (
	SELECT id FROM assessment WHERE exam_date > (SELECT as_of FROM batch)
	UNION
	SELECT id FROM assessment WHERE result > 1 AND certificate_no IS NOT NULL
	UNION
	SELECT id FROM assessment WHERE result = 1 AND certificate_no IS NULL AND NOT certificate_no_unknown
	UNION
	SELECT id FROM member
)
SELECT s.id, b.as_of, x.exam_date || '，' || coalesce(x.result, '结果不明') || '，证书编号 '
       || coalesce(a.certificate_no, '无') AS stated,
       CASE WHEN m.id IS NOT NULL THEN 'registration_no' WHEN a.exam_date > b.as_of THEN 'exam_date'
            ELSE 'certificate_no' END AS field,
       rtrim(coalesce('报名号 ' || a.registration_no || ' 不止一条且不是补考，另见 ' ||
           (SELECT group_concat(line, '、')
            FROM (SELECT f.file || CASE f.sheet WHEN '' THEN '' ELSE ' “' || f.sheet || '”' END
                         || ' 第 ' || c.row || ' 行（' || t.exam_date || '，' || coalesce(t.result, '结果不明') || '）' AS line
                  FROM member o JOIN assessment c ON c.id = o.id JOIN assessment_text t ON t.id = c.id
                       JOIN source f ON f.id = c.source
                  WHERE o.first = m.first AND o.place <= 21 AND o.id <> s.id ORDER BY o.place LIMIT 20))
           || CASE WHEN m.total > 21 THEN ' 等 ' || (m.total - 1) || ' 条' ELSE '' END || '；', '')
       || CASE WHEN a.result > 1 AND a.certificate_no IS NOT NULL
               THEN '结果是“' || x.result || '”却有证书编号 ' || a.certificate_no || '；' ELSE '' END
       || CASE WHEN a.result = 1 AND a.certificate_no IS NULL AND NOT a.certificate_no_unknown
               THEN '结果是“通过”却没有证书编号；' ELSE '' END
       || CASE WHEN a.exam_date > b.as_of THEN '考核日期 ' || x.exam_date || ' 晚于判定日；' ELSE '' END, '；') AS problem
FROM suspect s JOIN assessment a ON a.id = s.id JOIN assessment_text x ON x.id = a.id
     LEFT JOIN member m ON m.id = s.id JOIN batch b
