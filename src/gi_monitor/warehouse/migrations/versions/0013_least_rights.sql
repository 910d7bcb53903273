-- Only intake looks at what findings and rows set aside say; gate G2 counts them. No release is unmade.
revoke select on quality.finding, quality.set_aside_row from gi_quality, gi_release;
grant select (delivery_id, rule) on quality.finding to gi_quality;
grant select (delivery_id, dataset) on quality.set_aside_row to gi_quality;
revoke delete on all tables in schema release from gi_release;
revoke update on release.vintage, release.waiting from gi_release;
