-- Where documents disagree: the steps of cnfin audit --across, over the table ranked of panel.sql.

-- step: later
-- restated: a document of a later year gives another value for a year than its own final accounts.
-- budget: the budget as first approved that the final accounts state is not the one that was published.
SELECT
    CASE WHEN o.measure = '决算数' THEN 'restated' ELSE 'budget' END AS "check",
    o.doc, o.unit, o.entity, o.province, o.city, o.county, o.region, o.fiscal_year, o.kind,
    o.line, o.code, o.measure, o.year, o.flow, o.funds, o.division, o.owner, o.value_unit,
    o.value AS stated, b.value AS expected, o.sources, [{{'doc': b.doc, 'value': b.value, 'sources': b.sources}}] AS others,
    0.5 * power(10, -least(o.decimals, b.decimals)) AS tolerance
FROM ranked o JOIN ranked b ON {same_key}
WHERE NOT (o.value = b.value OR o.decimals <> b.decimals
           AND abs(o.value - b.value) <= 0.5 * power(10, -least(o.decimals, b.decimals)))
    AND NOT {repeats}
    AND (
        o.measure = '决算数' AND b.distance = 0 AND o.distance IN (1, 2)
        OR o.measure = '预算数' AND b.distance = 3 AND o.distance = 0 AND o.vague = 0
    )
ORDER BY o.doc, o.year, o.flow, o.code NULLS FIRST, o.line, o.measure;

-- step: members
-- Which unit belongs to which department: as the user's table says, or because its name begins with the department's.
CREATE OR REPLACE TEMP TABLE members AS
WITH known AS (SELECT DISTINCT place, name, entity_known AS entity FROM units)
SELECT DISTINCT m.place, m.name, m.entity, d.name AS department
FROM known m JOIN known d ON d.place = m.place AND d.entity = '部门' AND m.entity = '单位'
    AND (
        starts_with(m.name, d.name)
        OR EXISTS (SELECT 1 FROM mapped t WHERE t.name = m.name AND t.department = d.name)
    );

-- step: roll_up
-- roll-up: a department's figure is less than the sum of its units'; only moneys that no unit hands on to another.
WITH own AS (
    SELECT * FROM ranked
    WHERE (measure = '决算数' AND distance = 0 OR measure = '预算数' AND distance = 3) AND owner IS NULL
        AND (key_funds IN ('财政拨款', '一般公共预算', '政府性基金', '国有资本经营') OR scheme = '三公经费')
), sums AS (
    SELECT
        m.place, m.department, u.year, u.flow, coalesce(u.code, u.line) AS line_key, u.key_funds, u.division, u.measure,
        u.value_unit, sum(u.value) AS value, sum(0.5 * power(10, -u.decimals)) AS half,
        list({{'doc': u.doc, 'value': u.value, 'sources': u.sources}} ORDER BY u.doc) AS others
    FROM own u JOIN members m ON m.place = u.place AND m.name = u.name AND m.entity = u.entity
    GROUP BY ALL
)
SELECT
    'roll-up' AS "check",
    d.doc, d.unit, d.entity, d.province, d.city, d.county, d.region, d.fiscal_year, d.kind,
    d.line, d.code, d.measure, d.year, d.flow, d.funds, d.division, d.owner, d.value_unit,
    d.value AS stated, s.value AS expected, d.sources, s.others,
    s.half + 0.5 * power(10, -d.decimals) AS tolerance
FROM own d JOIN sums s
    ON s.place = d.place AND s.department = d.name AND d.entity = '部门' AND s.year = d.year
    AND s.flow IS NOT DISTINCT FROM d.flow AND s.line_key = coalesce(d.code, d.line)
    AND s.key_funds IS NOT DISTINCT FROM d.key_funds AND s.division IS NOT DISTINCT FROM d.division
    AND s.measure = d.measure AND s.value_unit = d.value_unit
WHERE s.value - d.value > s.half + 0.5 * power(10, -d.decimals)
ORDER BY d.doc, d.year, d.flow, d.code NULLS FIRST, d.line, d.measure;
