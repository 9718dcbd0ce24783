-- A row a unit and year, a column a line: the steps of cnfin panel --wide.

-- step: wide_table
CREATE OR REPLACE TEMP TABLE wide_cells (
    place VARCHAR, name VARCHAR, entity VARCHAR, unit VARCHAR, province VARCHAR, city VARCHAR, county VARCHAR,
    region VARCHAR, year INTEGER, flow VARCHAR, code VARCHAR, label VARCHAR, value DECIMAL(38, 10)
);

-- step: wide_fill
-- Cells of a project or of a subordinate unit are no column of the whole unit's.
INSERT INTO wide_cells
SELECT
    place, name, entity, first_value(unit) OVER (PARTITION BY place, name, entity, year ORDER BY distance, doc),
    province, city, county, region, year, flow, code,
    concat_ws(
        '·', CASE WHEN line IN ('合计', '总计') THEN flow END, line, key_funds, division,
        CASE WHEN measure = '数量' THEN value_unit ELSE measure END
    ),
    best
FROM ranked WHERE place_in_line = 1 AND owner IS NULL;

-- step: wide_columns
SELECT label FROM wide_cells GROUP BY label ORDER BY min(flow) NULLS LAST, min(code) NULLS FIRST, label;

-- step: wide_rows
SELECT
    any_value(unit) AS unit, entity, any_value(province) AS province, any_value(city) AS city,
    any_value(county) AS county, any_value(region) AS region, year,
    map(list(label), list(value)) AS cells
FROM wide_cells
GROUP BY place, name, entity, year
ORDER BY place, any_value(name), entity NULLS FIRST, year;
