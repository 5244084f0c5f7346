using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>AWS's own linter, where it is on the machine.</summary>
public sealed class LintTests
{
    [Fact]
    public async Task Templates_are_clean()
    {
        var there = await Command.RunAsync("/", ["cfn-lint", "--version"], TestContext.Current.CancellationToken);
        Missing.SkipUnless(there.Succeeded, "cfn-lint is not here. To have it: pip install cfn-lint");

        // All at once: it takes longer to start than to read a template.
        string[] files = ["template.yaml", "deploy/database.yaml", "deploy/alarms.yaml"];
        var lint = await Command.RunAsync(
            Repository.Root, ["cfn-lint", "--regions", "us-east-1", "eu-central-1", "--", .. files],
            TestContext.Current.CancellationToken);

        Assert.True(lint.Succeeded, lint.Output);
    }
}
