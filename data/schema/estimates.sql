-- What the engine's planner is told of every index, run whenever a step has been.
--
-- Every key begins with muni, and all rows have the same.  A planner that knows nothing takes a search by
-- that column alone for one of ten rows and walks a whole table where an index would name the row.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat)
SELECT t.name, CASE i.origin WHEN 'pk' THEN t.name ELSE i.name END,
	'1000000' || (SELECT group_concat(CASE
		WHEN c.seqno = 0 AND c.name = 'muni' THEN ' 1000000'
		WHEN i."unique" AND c.seqno = (SELECT max(seqno) FROM pragma_index_info(i.name)) THEN ' 1'
		ELSE ' ' || (11 - min(c.seqno, 6)) END, '') FROM pragma_index_info(i.name) AS c)
FROM sqlite_schema AS t JOIN pragma_index_list(t.name) AS i
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%';
ANALYZE sqlite_schema;
