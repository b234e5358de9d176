"""Words that other engines do not take as a bare name and PostgreSQL does, as far as they name tables or columns.

Sources: MySQL 8.4 Reference Manual 11.3 (words marked R); MariaDB documentation, Reserved Words; SQL Server
documentation, Reserved Keywords (Transact-SQL); Oracle Database 23ai SQL Language Reference, appendix "Oracle SQL
Reserved Words"; SQLite documentation, SQLite Keywords, less those that its parser falls back to a name for.
"""

from __future__ import annotations

_MYSQL = """
accessible add alter before bigint blob by call cascade change condition continue convert cube cume_dist cursor
database databases day_hour declare delayed dense_rank describe deterministic div double drop dual each elseif empty
enclosed escaped exit explain first_value force function generated get groups high_priority if ignore index infile
insert int intervals iterate key keys kill lag last_value lead leave linear lines load lock long loop low_priority
match maxvalue mod modifies nth_value ntile of optimize option optionally outfile over partition percent_rank
procedure purge range rank read reads recursive regexp release rename repeat replace require resignal restrict return
revoke rlike row rows row_number schema schemas separator set show signal spatial specific sql ssl starting stored
straight_join system terminated trigger undo unlock unsigned update usage use utc_date utc_time utc_timestamp varying
virtual while write xor zerofill
"""
_SQL_SERVER = """
add alter authorization backup begin break browse bulk by cascade checkpoint close clustered commit compute contains
continue convert cursor database dbcc deallocate declare delete deny disk distributed double drop dump errlvl escape
exec execute exit external file fillfactor freetext function go holdlock identity if index insert key kill lineno load
merge nocheck nonclustered of off offsets open openquery option over percent pivot plan prepare print proc procedure
public raiserror read readtext reconfigure replication restore restrict return revert revoke rollback rowcount
rowguidcol rule save schema securityaudit set setuser shutdown statistics textsize top tran transaction trigger
truncate tsequal unpivot update updatetext use values view waitfor while within writetext
"""
_ORACLE = """
access add alter audit by cluster comment compress connect current date delete drop exclusive file identified
immediate increment index initial insert level lock long maxextents minus mlslabel mode modify noaudit nocompress
nowait number of offline online option pctfree prior public raw rename resource revoke row rowid rownum rows session
set share size start successful synonym sysdate trigger uid update validate varchar2 view whenever
"""
_SQLITE = """
add alter autoincrement commit delete drop escape exists index insert notnull set transaction update
"""

RESERVED_ELSEWHERE = {
    "mysql": frozenset(_MYSQL.split()),
    "mariadb": frozenset(_MYSQL.split()) - {"cume_dist", "dense_rank", "empty", "groups", "system"},
    "sqlserver": frozenset(_SQL_SERVER.split()),
    "oracle": frozenset(_ORACLE.split()),
    "sqlite": frozenset(_SQLITE.split()),
}
"""Reserved words by engine, in small letters."""
