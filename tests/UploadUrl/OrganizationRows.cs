namespace PhotoLambda.Tests;

internal static class OrganizationRows
{
    // Of each table that belongs to organizations, the number of this one's rows and a hash of all that is in them.
    private const string Select = """
        select string_agg(t.table_name || ' ' || (xpath('/row/x/text()', query_to_xml(format(
            'select count(*) || '' '' || coalesce(md5(string_agg(r::text, '','' order by r::text)), '''') as x from %I r
             where organization_id = %L', t.table_name, $1), false, true, '')))[1]::text, E'\n' order by t.table_name)
        from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where c.column_name = 'organization_id' and t.table_schema = 'public' and t.table_type = 'BASE TABLE'
        """;

    private const string SelectText = """
        select string_agg(t.table_name || E'\n' || query_to_xml(format(
            'select r::text from %I r where organization_id = %L', t.table_name, $1), false, true, '')::text, E'\n')
        from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where c.column_name = 'organization_id' and t.table_schema = 'public' and t.table_type = 'BASE TABLE'
        """;

    /// <summary>All that all tables have of an organization.</summary>
    public static async Task<string> TextOfAsync(this CloudFixture cloud, string organization) =>
        (string)(await cloud.RowAsync(SelectText, organization))[0]!;

    /// <summary>What all tables have of an organization: equal when nothing of it was written.</summary>
    public static async Task<string> RowsOfAsync(this CloudFixture cloud, string organization) =>
        (string)(await cloud.RowAsync(Select, organization))[0]!;
}
