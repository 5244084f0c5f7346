namespace Microsoft.CodeAnalysis;

/// <summary>
/// Tells the compiler that no other assembly sees a type, not even one that sees this assembly's internals: each
/// function has the same types, and the tests reference all functions.
/// </summary>
[AttributeUsage(AttributeTargets.All)]
internal sealed class EmbeddedAttribute : Attribute;
