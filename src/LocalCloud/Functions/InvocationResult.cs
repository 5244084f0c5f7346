namespace PhotoLambda.Local.Functions;

/// <param name="Payload">The function's response, or its error object.</param>
/// <param name="FunctionError">As in <c>X-Amz-Function-Error</c>; null when it succeeded.</param>
internal sealed record InvocationResult(bool Succeeded, ReadOnlyMemory<byte> Payload, string? FunctionError);
