using System.Diagnostics.CodeAnalysis;

namespace PhotoLambda.Tests;

/// <summary>Skips a test for want of something on this machine, and says so also where a runner hides why.</summary>
internal static class Missing
{
    /// <param name="advice">What is missing, and how to have it.</param>
    public static void SkipUnless([DoesNotReturnIf(false)] bool there, string advice)
    {
        if (!there)
        {
            TestContext.Current.AddWarning($"Skipped: {advice}");
            Assert.Skip(advice);
        }
    }
}
