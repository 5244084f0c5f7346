using Xunit.v3;

namespace PhotoLambda.Tests;

/// <summary>
/// Marks tests that reach the functions by the cloud's doors alone, so that they hold for whatever
/// <c>PHOTOLAMBDA_FUNCTIONS</c> names: <c>./build.sh aot</c> runs them with the native programs.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class AnyFlavorAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Flavor", "any")];
}
