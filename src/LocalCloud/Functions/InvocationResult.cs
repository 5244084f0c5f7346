namespace PhotoLambda.Local.Functions;

/// <summary>What became of one invocation of a function.</summary>
/// <param name="Payload">JSON: the function's answer, or its error.</param>
/// <param name="FunctionError">As the header <c>X-Amz-Function-Error</c>; null when it succeeded.</param>
internal sealed record InvocationResult(bool Succeeded, ReadOnlyMemory<byte> Payload, string? FunctionError);
