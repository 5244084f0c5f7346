using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>AWS's own linter, where it is on the machine.</summary>
public sealed class LintTests
{
    [Theory]
    [InlineData("template.yaml")]
    [InlineData("deploy/database.yaml")]
    [InlineData("deploy/alarms.yaml")]
    public async Task Templates_are_clean(string file)
    {
        var there = await Command.RunAsync("/", ["cfn-lint", "--version"], TestContext.Current.CancellationToken);
        Missing.SkipUnless(there.Succeeded, "cfn-lint is not here. To have it: pip install cfn-lint");

        var lint = await Command.RunAsync(
            Repository.Root, ["cfn-lint", "--regions", "us-east-1", "eu-central-1", "--", file],
            TestContext.Current.CancellationToken);

        Assert.True(lint.Succeeded, lint.Output);
    }
}
