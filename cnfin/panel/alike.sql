-- Units that look alike and were kept apart, for people to judge: the step of cnfin panel --report.

-- step: alike
WITH known AS (
    SELECT DISTINCT place, name, entity_known AS entity, any_value(unit) AS unit, any_value(region) AS region
    FROM units GROUP BY ALL
), pairs AS (
    SELECT
        a.unit AS unit, a.region AS region, a.entity AS entity,
        b.unit AS other, b.region AS other_region, b.entity AS other_entity,
        CASE
            WHEN a.place <> b.place THEN 'place'
            WHEN a.name = b.name THEN 'entity'
            ELSE 'level'
        END AS differ
    FROM known a JOIN known b
        ON (a.unit = b.unit AND a.place < b.place)
        OR (a.name = b.name AND a.place = b.place AND coalesce(a.entity, '') < coalesce(b.entity, ''))
        OR (a.place = b.place AND b.name IN (a.name || '本级', a.name || '（本级）', a.name || '机关', a.name || '（机关）'))
)
SELECT DISTINCT * FROM pairs ORDER BY ALL;
