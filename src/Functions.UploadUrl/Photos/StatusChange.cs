using System.Text.Json;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>What a processor reports of a photo.</summary>
/// <param name="Transcript">Of a sound.</param>
/// <param name="Detections">JSON array of the detector's own shape, stored as it is.</param>
internal sealed record StatusChange(string Status, string? FailureReason, string? Transcript, string? Detections)
{
    /// <summary>Bytes of a body: a transcript may be long.</summary>
    public const int LongestBody = 1024 * 1024;

    public const string DetectionsLimit =
        "an array of Unicode text without NUL and of numbers in the range of PostgreSQL's numeric";

    private const int LongestTranscript = 200_000;
    private const int MostDetectionBytes = 32 * 1024;

    public static StatusChange Read(Fields fields)
    {
        var status = fields.Choice("status", [PhotoStatus.Completed, PhotoStatus.Failed], required: true) ?? "";
        var reason = fields.Text("failure_reason", 500, required: status == PhotoStatus.Failed,
            r => !r.Any(char.IsControl), "text of 1 to 500 characters without control characters");
        if (reason is not null && status == PhotoStatus.Completed)
        {
            fields.Refuse("failure_reason", "absent when the status is completed", $"\"{reason}\"");
        }

        var transcript = fields.Text("transcript", LongestTranscript, isFit: t => !t.Contains('\0'),
            limit: $"text of 1 to {LongestTranscript} characters without NUL");
        return new StatusChange(
            status, reason, transcript, fields.Json("detections", JsonValueKind.Array, MostDetectionBytes));
    }
}
