-- What is in a database, as one line of JSON: rows of every table, how it is held together, which migrations it has.
-- Comments stand on lines of their own: they are taken out. Tables of extensions are the extension's.
SELECT json_build_object(
  'server', current_setting('server_version'),
  'rows', (
    SELECT coalesce(json_object_agg(format('%I.%I', n.nspname, c.relname),
      (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM ONLY %I.%I', n.nspname, c.relname), false, true, '')))[1]::text::bigint
      ORDER BY n.nspname, c.relname), '{}')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')),
  'constraints', (
    SELECT md5(coalesce(string_agg(format('%s %s %s %s', r.conrelid::regclass, r.conname, r.convalidated, pg_get_constraintdef(r.oid)), E'\n'
      ORDER BY r.conrelid::regclass::text COLLATE "C", r.conname::text COLLATE "C"), ''))
    FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      -- PostgreSQL 18 has one for every NOT NULL, which older releases have not.
      AND r.contype <> 'n'),
  'indexes', (
    SELECT md5(coalesce(string_agg(pg_get_indexdef(i.indexrelid) || i.indisvalid, E'\n' ORDER BY pg_get_indexdef(i.indexrelid) COLLATE "C"), ''))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
  'extensions', (SELECT coalesce(json_object_agg(extname, extversion ORDER BY extname), '{}') FROM pg_extension),
  'migrations', CASE WHEN to_regclass('public.django_migrations') IS NULL THEN NULL ELSE
    (xpath('/row/c/text()', query_to_xml('SELECT coalesce(json_agg(json_build_array(app, name) ORDER BY app, name), ''[]'') AS c FROM public.django_migrations', false, true, '')))[1]::text::json END
)::jsonb;
