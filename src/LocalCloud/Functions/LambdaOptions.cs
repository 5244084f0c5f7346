using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <param name="EndpointUrl">Where functions find S3 and SQS (<c>AWS_ENDPOINT_URL</c>).</param>
/// <param name="ProgramOf">The full path of a function's <c>.dll</c> or executable; see
/// <see cref="FunctionBinaries"/>.</param>
/// <param name="Log">Takes the logical id of a function and a line that it wrote, or one about it.</param>
internal sealed record LambdaOptions(
    Uri EndpointUrl, Func<FunctionResource, string> ProgramOf, Action<string, string> Log)
{
    /// <summary>
    /// Logical ids of functions that are not started here: a debugger or a test asks for their events at
    /// <see cref="LambdaService.RuntimeApiOf"/>.
    /// </summary>
    public IReadOnlySet<string> Attached { get; init; } = new HashSet<string>();

    /// <summary>Says which processes are to be killed; off unless somebody turns it on.</summary>
    public ChaosSwitch Chaos { get; init; } = new();

    /// <summary>Instances of a function that reserves no concurrency.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>How long an instance may take from its start to asking for its first event.</summary>
    public TimeSpan InitBudget { get; init; } = TimeSpan.FromSeconds(10);
}
