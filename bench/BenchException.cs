namespace PhotoLambda.Bench;

/// <summary>Nothing can be measured; the message says why, and what to do where something can be done.</summary>
internal sealed class BenchException(string message) : Exception(message);
