namespace PhotoLambda.Local.Functions;

/// <summary>What <c>/_local/state</c> tells of a function.</summary>
/// <param name="Attached">Not started here.</param>
/// <param name="Instances">Processes that run.</param>
/// <param name="Busy">Events being handled.</param>
/// <param name="Waiting">Events that no instance has taken yet.</param>
/// <param name="Invocations">Events handled since the start, failed ones included.</param>
/// <param name="LastError">Type and message.</param>
internal sealed record FunctionState(
    string LogicalId,
    string FunctionName,
    bool Attached,
    int Instances,
    int Busy,
    int Waiting,
    long Invocations,
    long Errors,
    string? LastError);
