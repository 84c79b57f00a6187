-- sheet: 数据来源
-- title: {batch}批次数据来源
-- intro: 批次{batch}　{document}《{notice_title}》　判定日{as_of}　程序{program}
-- intro: 通知文件摘要（SHA-256）{notice_sha256}
-- intro: 全部输入的摘要{inputs_sha256}
-- intro: 全部规则的摘要{rules_sha256}　规则与报表定义的摘要{definitions_sha256}
-- intro: 读到的行数＝接收＋暂存＋拒收＋跳过。暂存：有栏目读不出，照样审查，改好之前不能通过；拒收：关键栏目读不出；跳过：标题、空行、合计、落款和重复记录。
-- freeze: 2
-- column: 序号 | count | 6 | center
-- column: 文件 | text | 28
-- column: 打开 | file | 7
-- column: 工作表 | text | 12
-- column: 识别为 | text | 12
-- column: 识别理由 | wrap | 30
-- column: 编码 | text | 10 | center
-- column: 标题行 | count | 7
-- column: 读到 | count | 8 | sum
-- column: 接收 | count | 8 | sum
-- column: 暂存 | count | 8 | sum
-- column: 拒收 | count | 8 | sum
-- column: 跳过 | count | 8 | sum
-- column: 差额 | count | 7 | sum | = [读到]-[接收]-[暂存]-[拒收]-[跳过]
-- column: 未读入的个人信息栏目 | wrap | 16
-- column: 文件摘要（SHA-256） | code | 34
SELECT row_number() OVER (ORDER BY s.id), s.file, s.file, s.sheet || iif(s.hidden, '（隐藏）', ''),
       coalesce(d.title, '未识别'), s.reason, s.encoding, s.heading_row, s.seen, s.accepted, s.held, s.rejected, s.skipped,
       s.seen - s.accepted - s.held - s.rejected - s.skipped, s.dropped, s.sha256
FROM source s LEFT JOIN dataset d ON d.name = s.dataset
ORDER BY s.id;
