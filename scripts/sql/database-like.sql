-- Statements that give database :beside the rights and the settings of :database.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC;', :'beside')
FROM pg_database WHERE datname = :'database' AND datacl IS NOT NULL;
SELECT format('GRANT %s ON DATABASE %I TO %s%s;', a.privilege_type, :'beside',
  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
  CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = :'database' AND a.grantee <> d.datdba;
SELECT format('ALTER %s SET %I = %s;',
  CASE s.setrole WHEN 0 THEN format('DATABASE %I', :'beside')
    ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(s.setrole), :'beside') END,
  split_part(c.pair, '=', 1),
  -- Lists are kept with their quotes.
  CASE WHEN split_part(c.pair, '=', 1) IN ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries')
    THEN substr(c.pair, strpos(c.pair, '=') + 1) ELSE quote_literal(substr(c.pair, strpos(c.pair, '=') + 1)) END)
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c(pair)
WHERE d.datname = :'database';
