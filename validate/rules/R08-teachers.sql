-- rule: R08
-- title: 没有参训教师
-- clause: 三.4
-- sentence: 各试点院校应根据参与试点学生规模确定师资培训体量，制定师资培训计划。
-- subject: application
-- reads: application
-- severity: note
-- field: trained_teachers
-- understood: 参训教师数 {trained_teachers}；参与试点学生数 {pilot_students}
-- allowed: 有学生参与试点时，参训教师数大于 0
-- message: 参与试点学生 {pilot_students} 人，参训教师数却是 {trained_teachers}。师资培训体量应与学生规模相适应，请安排教师培训，或核对参训教师数是否漏填。
--
-- fires - | no teacher for a hundred students | application 参训教师数=0
-- fires - | no teacher for one student | application 参训教师数=0, 参与试点学生数=1
-- passes | blank | application 参训教师数=
-- passes | one teacher | application 参训教师数=1
-- passes | no students either | application 参训教师数=0, 参与试点学生数=0
-- passes | an unreadable number of teachers is unknown | application 参训教师数=无
-- passes | an unreadable number of students is unknown | application 参训教师数=0, 参与试点学生数=约100
SELECT id, trained_teachers, pilot_students
FROM application
WHERE trained_teachers = 0 AND pilot_students > 0;
