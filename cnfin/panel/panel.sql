-- From cells (one row a cell a document) to the panel (one row a cell a unit): the steps of cnfin panel.
-- Names in braces are filled in by cnfin/panel/store.py; the same steps in Spark's SQL stand in docs/panel.md.

-- step: units
-- Who disclosed: region, canonical name (without the place before it), entity. A document that does not say
-- whether it is of a department or of a unit joins the only one of the two that its name is known with.
CREATE OR REPLACE TEMP TABLE units AS
WITH named AS (
    SELECT DISTINCT
        c.unit, c.entity, c.region, c.province, c.city, c.county,
        coalesce(c.region, concat_ws('/', c.province, c.city, c.county), '') AS place,
        coalesce(m.name, {bare}) AS name
    FROM cells c LEFT JOIN mapped m ON m.unit = c.unit AND (m.region IS NULL OR m.region = c.region)
    WHERE c.unit IS NOT NULL
), entities AS (
    SELECT place, name, CASE WHEN count(DISTINCT entity) = 1 THEN min(entity) END AS only_one
    FROM named GROUP BY place, name
)
SELECT n.*, coalesce(n.entity, e.only_one) AS entity_known
FROM named n JOIN entities e USING (place, name);

-- step: documents
-- The decimals that most figures of a document have, in 万元: 120 among 33.25 and 8.40 is 120.00.
CREATE OR REPLACE TEMP TABLE documents AS
SELECT doc, quantile_disc({decimals}, 0.5) AS decimals FROM cells c WHERE measure <> '数量' GROUP BY doc;

-- step: statements
-- Each cell with the key it has in the panel, and how near its document stands to the year it speaks of:
-- the year's own final accounts, the next year's look back, the year's own budget, any other document.
CREATE OR REPLACE TEMP VIEW statements AS
SELECT
    u.place, u.name AS name, u.entity_known AS entity,
    c.unit, u.province, u.city, u.county, c.region,
    c.doc, c.fiscal_year, c.kind, c.year, c.flow, c.line, c.code, c.level, c.scheme,
    c.funds, CASE WHEN s.line IS NULL THEN c.funds END AS key_funds,
    c.division, c.owner,
    CASE WHEN c.measure = '年初预算数' THEN '预算数' ELSE c.measure END AS measure,
    c.value, c.value_unit, c.support, c.sources,
    CASE
        WHEN c.fiscal_year = c.year AND c.kind = '决算' THEN 0
        WHEN c.fiscal_year = c.year + 1 AND c.kind = '决算' THEN 1
        WHEN c.fiscal_year = c.year + 1 THEN 2
        WHEN c.fiscal_year = c.year AND c.kind = '预算' THEN 3
        ELSE 4
    END AS distance,
    -- In one document the budget as first approved stands before a budget that is not said which.
    (c.measure = '预算数' AND c.kind = '决算')::INT AS vague,
    greatest({decimals}, CASE WHEN c.measure <> '数量' THEN coalesce(d.decimals, 0) ELSE 0 END) AS decimals
FROM cells c JOIN units u
    ON u.unit = c.unit AND u.place = coalesce(c.region, concat_ws('/', c.province, c.city, c.county), '')
    AND u.entity IS NOT DISTINCT FROM c.entity
LEFT JOIN documents d ON d.doc = c.doc
LEFT JOIN of_one_money s ON s.line = c.line AND s.scheme IS NOT DISTINCT FROM c.scheme
WHERE c.year IS NOT NULL;

-- step: ranked
-- One statement a document and key; the first of a key gives the panel its value.
CREATE OR REPLACE TEMP TABLE ranked AS
WITH one AS (
    SELECT * FROM statements WHERE {bucket}
    QUALIFY row_number() OVER (PARTITION BY {key}, doc ORDER BY vague, support DESC, value) = 1
)
SELECT
    *,
    first_value(value) OVER best AS best, first_value(decimals) OVER best AS best_decimals,
    first_value(fiscal_year) OVER best AS best_year, first_value(doc) OVER best AS best_doc,
    row_number() OVER best AS place_in_line
FROM one
WINDOW best AS (PARTITION BY {key} ORDER BY distance, vague, support DESC, doc, value ROWS UNBOUNDED PRECEDING);

-- step: panel
SELECT
    any_value(unit ORDER BY place_in_line) AS unit, entity,
    any_value(province ORDER BY place_in_line) AS province, any_value(city ORDER BY place_in_line) AS city,
    any_value(county ORDER BY place_in_line) AS county, any_value(region ORDER BY place_in_line) AS region,
    year, flow, any_value(line ORDER BY place_in_line) AS line, code, any_value(level ORDER BY place_in_line) AS level,
    any_value(scheme ORDER BY place_in_line) AS scheme,
    any_value(funds ORDER BY place_in_line) AS funds, division, owner, measure,
    any_value(best) AS value, value_unit,
    CASE
        WHEN count(*) = 1 THEN 'single'
        WHEN bool_and({alike}) THEN 'agreed'
        WHEN bool_or(fiscal_year > best_year AND NOT {alike}) THEN 'restated'
        ELSE 'disputed'
    END AS status,
    count(*) AS stated, sum(support) AS support,
    list({{'doc': doc, 'fiscal_year': fiscal_year, 'kind': kind, 'value': value}} ORDER BY place_in_line) AS docs
FROM ranked
GROUP BY {key}
ORDER BY {order};
