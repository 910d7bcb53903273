{{ config(indexes=[
    {'columns': ['period', 'institution', 'indicator', 'component', 'breakdown', 'category'], 'unique': true}
]) }}

{{ observations('month') }}
