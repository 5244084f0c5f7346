using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

/// <summary>The shapes on which the change to Amazon's packages rests, where those packages are not at hand.</summary>
public class AmazonMembersTests
{
    [Fact]
    public async Task Public_members_are_those_of_Amazons_packages_but_for_what_the_list_says()
    {
        var lines = await File.ReadAllLinesAsync(
            Path.Combine(Repository.Root, "tests", "Lambda", "AmazonMembers.txt"),
            TestContext.Current.CancellationToken);
        var listed = lines.Where(line => line[0] != '#').ToLookup(line => line[0], line => line[2..]);
        var ours = typeof(ILambdaContext).Assembly.GetExportedTypes()
            .SelectMany(type => listed['+'].Contains(PublicMembers.Name(type))
                ? [PublicMembers.Name(type)]
                : PublicMembers.Of(type))
            .ToHashSet();

        Assert.True(listed[' '].Count() > 100, "The list is short.");
        Assert.Empty(listed[' '].Concat(listed['+']).Except(ours));
        Assert.Empty(ours.Except(listed[' ']).Except(listed['+']));
    }

    [Fact]
    public async Task What_only_this_layer_has_is_told()
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "lambda.md"), TestContext.Current.CancellationToken);
        var lines = await File.ReadAllLinesAsync(
            Path.Combine(Repository.Root, "tests", "Lambda", "AmazonMembers.txt"),
            TestContext.Current.CancellationToken);

        var names = lines.Where(line => line[0] == '+').Select(line => line[2..].Split('(', ':')[0].Split('.')[^1]);

        Assert.All(names, name => Assert.Contains(name, page, StringComparison.Ordinal));
    }
}
