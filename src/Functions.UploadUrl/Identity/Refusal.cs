namespace PhotoLambda.UploadUrl.Identity;

/// <summary>What a refused request is told.</summary>
/// <param name="Status">401, 403, or 503 while the issuer's keys cannot be had.</param>
/// <param name="Code">Of a <see cref="TokenFault"/>, or <c>missing_token</c>, or <c>insufficient_scope</c>.</param>
internal sealed record Refusal(int Status, string Code, string Detail);
