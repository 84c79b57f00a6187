-- file: sources.csv
-- columns: source_file, sha256, sheet, dataset, encoding, heading_row, seen, accepted, held, rejected, skipped
-- sort: source_file, sha256, sheet, then the position of the sheet
SELECT file AS source_file, sha256, sheet, dataset, encoding, heading_row, seen, accepted, held,
       rejected, skipped
FROM source
ORDER BY file, sha256, sheet, sheet_position, id;
