namespace PhotoLambda.UploadUrl.Http;

/// <summary>One of the problems that the API answers with, as <c>docs/errors.md</c> lists them.</summary>
/// <param name="Name">The end of its type: <c>urn:photolambda:problem:{Name}</c>. Stable.</param>
/// <param name="Status">Of the answer; the server may choose a nearer one for a request that it could not read.</param>
/// <param name="Cause">What has happened, for people.</param>
/// <param name="Cure">What the sender can do about it.</param>
internal sealed record ProblemKind(string Name, int Status, string Title, string Cause, string Cure)
{
    public string Type => "urn:photolambda:problem:" + Name;
}
